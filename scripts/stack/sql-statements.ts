/**
 * Splits a SQL file into its statements the way psql does: quotes, dollar quotes, nested comments, parentheses and
 * `begin atomic` bodies hide semicolons. It never changes a statement's text.
 */

export type SqlStatement = {
  text: string
  /** 1-based line of the file on which `text` starts. */
  line: number
}

type Piece = { kind: 'space' | 'comment' | 'quoted' | 'word' | 'symbol'; end: number }

const SPACE = /\s+/y
const LINE_COMMENT = /--[^\n]*/y
const WORD = /[\p{L}_][\p{L}\p{N}_$]*/uy
const DOLLAR_TAG = /\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/uy
const NUMBER = /\d[\d.\p{L}_]*/uy

function matchAt(pattern: RegExp, text: string, start: number): string | undefined {
  pattern.lastIndex = start
  return pattern.exec(text)?.[0]
}

/** End of a quoted run; an unclosed one runs to the end of the file, where the server will say so. */
function endOfQuoted(text: string, start: number, quote: string, hasBackslashes: boolean): number {
  for (let index = start + 1; index < text.length; index += 1) {
    if (hasBackslashes && text[index] === '\\') index += 1
    else if (text[index] === quote) {
      if (text[index + 1] !== quote) return index + 1
      index += 1
    }
  }
  return text.length
}

function endOfBlockComment(text: string, start: number): number {
  let depth = 0
  for (let index = start; index < text.length; index += 1) {
    const pair = text.slice(index, index + 2)
    if (pair === '/*') depth += 1
    else if (pair === '*/') depth -= 1
    else continue
    index += 1
    if (depth === 0) return index + 1
  }
  return text.length
}

function readPiece(text: string, start: number): Piece {
  const space = matchAt(SPACE, text, start)
  if (space) return { kind: 'space', end: start + space.length }
  const comment = matchAt(LINE_COMMENT, text, start)
  if (comment) return { kind: 'comment', end: start + comment.length }
  if (text.startsWith('/*', start)) return { kind: 'comment', end: endOfBlockComment(text, start) }
  const character = text[start]
  if (character === "'" || character === '"') {
    return { kind: 'quoted', end: endOfQuoted(text, start, character, false) }
  }
  if (/^[eE]'/.test(text.slice(start, start + 2))) {
    return { kind: 'quoted', end: endOfQuoted(text, start + 1, "'", true) }
  }
  const tag = matchAt(DOLLAR_TAG, text, start)
  if (tag) {
    const close = text.indexOf(tag, start + tag.length)
    return { kind: 'quoted', end: close === -1 ? text.length : close + tag.length }
  }
  const word = matchAt(WORD, text, start) ?? matchAt(NUMBER, text, start)
  if (word) return { kind: 'word', end: start + word.length }
  return { kind: 'symbol', end: start + 1 }
}

/** Follows `begin atomic … end`, in which `case … end` nests. */
function atomicDepthAfter(depth: number, word: string, previousWord: string): number {
  if (depth === 0) return word === 'atomic' && previousWord === 'begin' ? 1 : 0
  if (word === 'case') return depth + 1
  if (word === 'end') return depth - 1
  return depth
}

export function splitSqlStatements(sql: string): SqlStatement[] {
  const statements: SqlStatement[] = []
  let start = 0
  let hasContent = false
  let parentheses = 0
  let atomicDepth = 0
  let previousWord = ''

  const finish = (end: number) => {
    const raw = sql.slice(start, end)
    const text = raw.trim()
    if (hasContent && text !== '') {
      const textStart = start + raw.indexOf(text)
      statements.push({ text, line: sql.slice(0, textStart).split('\n').length })
    }
    start = end + 1
    hasContent = false
    parentheses = 0
    atomicDepth = 0
    previousWord = ''
  }

  for (let position = 0; position < sql.length;) {
    const { kind, end } = readPiece(sql, position)
    const piece = sql.slice(position, end)
    if (kind === 'symbol' && piece === ';' && parentheses === 0 && atomicDepth === 0) {
      finish(position)
    } else if (kind !== 'space' && kind !== 'comment') {
      hasContent = true
      if (piece === '(') parentheses += 1
      if (piece === ')') parentheses = Math.max(0, parentheses - 1)
      if (kind === 'word') {
        const word = piece.toLowerCase()
        atomicDepth = atomicDepthAfter(atomicDepth, word, previousWord)
        previousWord = word
      }
    }
    position = end
  }
  finish(sql.length)
  return statements
}

/** The file's line for a server error at 1-based character `position` of `statement`. */
export function lineOfError(statement: SqlStatement, position: number | undefined): number {
  if (position === undefined) return statement.line
  return statement.line + statement.text.slice(0, Math.max(0, position - 1)).split('\n').length - 1
}
