import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isDeceptive, quoteWord, shellLine } from './shell-line.ts'

const shown = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((text) => !isDeceptive(text))

/** The arguments that a real shell hands to a program, each ended by NUL. */
function argumentsOf(line: string): string[] {
  const output = execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
  return output.split('\0').slice(0, -1)
}

describe('quoteWord', () => {
  it('hands a real shell exactly the word, whatever strangers wrote', () => {
    fc.assert(
      fc.property(fc.array(shown, { minLength: 1, maxLength: 5 }), (words) => {
        expect(argumentsOf(words.map(quoteWord).join(' '))).toEqual(words)
      }),
      { numRuns: 150 },
    )
  })

  it.each(["it's", '$(touch /tmp/x)', '`id`', '; rm -rf /', 'a && b', '!!', '~', '*', '\\', '"', '', ' '])(
    'keeps %j from meaning anything',
    (word) => {
      expect(argumentsOf(quoteWord(word))).toEqual([word])
    },
  )

  it('leaves plain words readable', () => {
    expect(quoteWord('@scope/server@1.2.3')).toBe('@scope/server@1.2.3')
    expect(quoteWord('--port=80')).toBe('--port=80')
  })

  it.each(['two\nlines', 'a\rb', '\u001b[2K', 'abc\u202edcba', 'zero\u200bwidth', '\ufeff', '\ud800'])(
    'refuses %j, which would not look like what runs',
    (word) => {
      expect(() => quoteWord(word)).toThrow(RangeError)
    },
  )
})

describe('shellLine', () => {
  it('writes variables before the command', () => {
    expect(shellLine(['npx', '-y', 'x'], { TOKEN: '<TOKEN>' })).toBe("TOKEN='<TOKEN>' npx -y x")
  })

  it('is null when any part would deceive', () => {
    expect(shellLine(['npx', 'a\nb'])).toBeNull()
    expect(shellLine(['npx'], { A: '\u202e' })).toBeNull()
  })

  it('lets no first word pass for an assignment', () => {
    expect(shellLine(['PATH=.', 'x'])).toBe("'PATH=.' x")
  })
})
