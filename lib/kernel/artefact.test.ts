import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkArtefactHead, checkArtefactName, readByteRange } from './artefact.ts'

describe('the name of an artefact', () => {
  it.each(['tool.tar.gz', 'Tool-1.0_x86+64.zip', 'a.tgz', 'x.whl', 'b.TAR', '7.zst'])('may be %s', (name) => {
    expect(checkArtefactName(name)).toMatchObject({ ok: true })
  })

  it.each([
    ['', '.zip', 'tool', 'tool.exe', 'tool.html', 'zip'],
    [
      '../tool.zip',
      'a/b.zip',
      'a\\b.zip',
      '-rf.zip',
      '.hidden.zip',
      'a..zip',
      'a b.zip',
      'a".zip',
      'a\n.zip',
    ],
    ['ü.zip', 'a%2e.zip', `${'x'.repeat(125)}.zip`, 'a\0.zip'],
  ])('may not be %j', (...names) => {
    for (const name of names)
      expect(checkArtefactName(name), JSON.stringify(name)).toMatchObject({ ok: false })
  })
})

describe('the first bytes of an artefact', () => {
  const tar = Buffer.alloc(512)
  tar.write('ustar', 257)

  it.each([
    ['a.tar.gz', gzipSync('x'), 'application/gzip'],
    ['a.zip', Buffer.from('504b0304', 'hex'), 'application/zip'],
    ['empty.zip', Buffer.from('504b0506', 'hex'), 'application/zip'],
    ['a.tar', tar, 'application/x-tar'],
    ['a.tar.xz', Buffer.from('fd377a585a00', 'hex'), 'application/x-xz'],
    ['a.zst', Buffer.from('28b52ffd', 'hex'), 'application/zstd'],
    ['a.tar.bz2', Buffer.from('BZh9'), 'application/x-bzip2'],
  ])('make %s what it says', (name, head, mediaType) => {
    expect(checkArtefactHead(name, head)).toEqual({ ok: true, mediaType })
  })

  it.each([
    ['a.zip', gzipSync('x')],
    ['a.tar.gz', Buffer.from('<html>')],
    ['a.zip', Buffer.from('PK')],
    ['a.tar', Buffer.from('ustar')],
  ])('betray a false %s', (name, head) => {
    expect(checkArtefactHead(name, head)).toMatchObject({ ok: false })
  })
})

describe('a byte range', () => {
  it.each([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=0-9', { start: 0, end: 9 }],
    ['bytes=5-', { start: 5, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=-100', { start: 0, end: 9 }],
    ['bytes=3-100', { start: 3, end: 9 }],
    ['Bytes = 1-2', { start: 1, end: 2 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=11-20', 'unsatisfiable'],
    [null, 'whole'],
    ['bytes=', 'whole'],
    ['bytes=-', 'whole'],
    ['bytes=5-2', 'whole'],
    ['bytes=0-1,3-4', 'whole'],
    ['items=0-1', 'whole'],
    ['bytes=1e1-', 'whole'],
    ['bytes=99999999999999999999-', 'whole'],
  ])('%s of ten bytes', (header, expected) => {
    expect(readByteRange(header, 10)).toEqual(expected)
  })

  it('never leaves the file, whatever is asked', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(40), fc.nat(40), fc.nat(30), (text, first, last, sizeBytes) => {
        for (const header of [
          text,
          `bytes=${text}`,
          `bytes=${first}-${last}`,
          `bytes=${first}-`,
          `bytes=-${last}`,
        ]) {
          const range = readByteRange(header, sizeBytes)
          if (typeof range === 'string') continue
          expect(range.start).toBeGreaterThanOrEqual(0)
          expect(range.start).toBeLessThanOrEqual(range.end)
          expect(range.end).toBeLessThan(sizeBytes)
        }
      }),
    )
  })
})
