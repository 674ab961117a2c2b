import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineOfError, splitSqlStatements } from './sql-statements.ts'

const texts = (sql: string) => splitSqlStatements(sql).map((statement) => statement.text)

describe('splitSqlStatements', () => {
  it('splits at semicolons and drops what holds no statement', () => {
    expect(texts('select 1; ;\n-- nothing\n; select 2')).toEqual(['select 1', 'select 2'])
    expect(texts(' \n -- only a comment\n /* another; one */ ')).toEqual([])
  })

  it.each([
    ["select 'a;b', 'it''s; here'"],
    ["select E'a\\';b'"],
    ['select 1 as "a;b""c;d"'],
    ['select $$a;b$$'],
    ["do $body$ begin perform 'x;'; perform $$y;$$; end $body$"],
    ['select 1 /* a; /* nested; */ b; */ + 1'],
    ['select 1 -- not; here\n + 1'],
    ['create rule r as on insert to t do also (insert into a values (1); insert into b values (2))'],
    ['create function f() returns int begin atomic select case when true then 1 end; select 2; end'],
    ["select '$$;', price$1 from t"],
    ['select 1 # 2, a$b$c from t'],
  ])('keeps whole: %s', (statement) => {
    expect(texts(`${statement};\n${statement}`)).toEqual([statement, statement])
  })

  it('treats a backslash in a plain string as text, as the server does', () => {
    expect(texts("select 'a\\'; select 2")).toEqual(["select 'a\\'", 'select 2'])
  })

  it('goes on after a transaction block that is no function body', () => {
    expect(texts('begin; select 1; end; select 2')).toEqual(['begin', 'select 1', 'end', 'select 2'])
  })

  it('keeps the comment above a statement and counts its lines', () => {
    const [first, second] = splitSqlStatements('-- why\nselect 1;\n\n\nselect\n2')
    expect(first).toEqual({ text: '-- why\nselect 1', line: 1 })
    expect(second).toEqual({ text: 'select\n2', line: 5 })
  })

  it('finds the line of a server error', () => {
    const statement = { text: 'select\n  a,\n  b', line: 10 }
    expect(lineOfError(statement, statement.text.indexOf('b') + 1)).toBe(12)
    expect(lineOfError(statement, undefined)).toBe(10)
  })

  it('ends on any input and never invents or loses text', () => {
    const piece = fc.constantFrom(
      "'",
      '"',
      '$$',
      '$a$',
      ';',
      '--',
      '\n',
      '/*',
      '*/',
      '(',
      ')',
      'begin',
      'atomic',
      ' x ',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const sql = pieces.join('')
        let from = 0
        for (const { text, line } of splitSqlStatements(sql)) {
          const at = sql.indexOf(text, from)
          expect(at).toBeGreaterThanOrEqual(from)
          expect(line).toBeGreaterThanOrEqual(1)
          from = at + text.length
        }
      }),
    )
  })

  it('gives back statements that were joined', () => {
    const literal = fc.string({ maxLength: 12 }).map((text) => `select '${text.replaceAll("'", "''")}'`)
    fc.assert(
      fc.property(fc.array(literal, { minLength: 1, maxLength: 6 }), (statements) => {
        expect(texts(statements.join(';\n'))).toEqual(statements)
      }),
    )
  })
})
