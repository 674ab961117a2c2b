import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesOf, MANIFEST_MAX_BYTES, sourceFromFile, sourceFromText } from './manifest-source.ts'

const encode = (text: string) => new TextEncoder().encode(text)

describe('a dropped file', () => {
  it('is published byte for byte, Windows line ends included', () => {
    const bytes = encode('id: a/b\r\nversion: 1.0.0\r\n')
    const read = sourceFromFile('m.yaml', bytes)
    expect(read).toMatchObject({ ok: true, source: { text: 'id: a/b\nversion: 1.0.0\n' } })
    expect(read.ok && bytesOf(read.source)).toEqual(bytes)
  })

  it('loses a byte order mark, which a manifest may not have', () => {
    const read = sourceFromFile('m.yaml', encode('\ufeffid: a/b\n'))
    expect(read.ok && bytesOf(read.source)).toEqual(encode('id: a/b\n'))
  })

  it.each([
    ['nothing', new Uint8Array(), /is empty/],
    ['a picture', new Uint8Array([0x89, 0x50, 0x4e, 0x47]), /not a text file/],
    ['too much', new Uint8Array(MANIFEST_MAX_BYTES + 1), /65 KiB; a manifest may hold at most 64 KiB/],
  ])('that holds %s is refused with a reason', (_what, bytes, reason) => {
    const read = sourceFromFile('m.yaml', bytes)
    expect(read.ok ? '' : read.message).toMatch(reason)
  })
})

it('publishes exactly the text of the editor', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const unix = text.replace(/\r\n?/g, '\n')
      expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytesOf(sourceFromText(text)))).toBe(unix)
    }),
  )
})
