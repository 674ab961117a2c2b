/**
 * Owns reading YAML from strangers into plain JSON values, with the place of every node. It accepts the JSON-like heart
 * of YAML 1.2 only, in bounded time; it must not know what a manifest means.
 */
import { Composer, isMap, isScalar, isSeq, Lexer, LineCounter, Parser } from 'yaml'
import type { CST, Document, Node, ParsedNode, Scalar } from 'yaml'
import { formatIssuePath } from './problem.ts'
import type { Issue } from './problem.ts'

export const YAML_MAX_BYTES = 64 * 1024
const YAML_MAX_DEPTH = 32
/** Punctuation, spaces and scalars each count: about 2,000 lines of `key: value`. It bounds the time, not the text. */
const YAML_MAX_LEXEMES = 16_000
export const MAX_ISSUES = 50

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject
export interface JsonObject {
  [key: string]: JsonValue
}
export type Path = readonly PropertyKey[]
/** Where the node at a path begins; for a key, where the key itself stands. The nearest parent if the path leads nowhere. */
export type Locate = (path: Path, part?: 'key' | 'value') => { line: number; column: number }

export type YamlResult = { ok: true; value: JsonValue; locate: Locate } | { ok: false; issues: Issue[] }

type Report = (offset: number, message: string, path?: Path) => void

// Unprintable by YAML 1.2 section 5.1 (and half surrogate pairs), which neither Postgres text nor a terminal may receive.
const UNPRINTABLE = /[^\P{Cc}\t\n\r]|[\ufffe\uffff]|\p{Cs}/u
const FORBIDDEN_KEYS = new Set(['__proto__', '<<'])
const COLLECTIONS = new Set(['block-map', 'block-seq', 'flow-collection'])

export function readYaml(input: string | Uint8Array): YamlResult {
  const lines = new LineCounter()
  const issues: Issue[] = []
  const report: Report = (offset, message, path = []) => {
    if (issues.length >= MAX_ISSUES) return
    const { line, col } = lines.linePos(offset)
    issues.push({ path: formatIssuePath(path), message, line: Math.max(line, 1), column: Math.max(col, 1) })
  }
  const refused = (): YamlResult => ({ ok: false, issues })

  const text = decode(input, report)
  if (text === null) return refused()
  countLines(text, lines)
  checkCharacters(text, report)
  if (issues.length > 0) return refused()

  const tokens = readTokens(text, report)
  if (issues.length > 0) return refused()

  const document = compose(tokens, text.length, report)
  if (document === null || issues.length > 0) return refused()

  const value = toJson(document.contents, [], report)
  if (issues.length > 0) return refused()
  return { ok: true, value, locate: (path, part) => place(document.contents, path, part ?? 'value', lines) }
}

function decode(input: string | Uint8Array, report: Report): string | null {
  const tooLarge = `A manifest may hold at most ${YAML_MAX_BYTES / 1024} KiB.`
  if (input.length > YAML_MAX_BYTES) return refuse(report, tooLarge)
  if (typeof input === 'string') {
    return new TextEncoder().encode(input).length > YAML_MAX_BYTES ? refuse(report, tooLarge) : input
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(input)
  } catch {
    return refuse(report, 'The file is not valid UTF-8.')
  }
}

function refuse(report: Report, message: string): null {
  report(0, message)
  return null
}

function countLines(text: string, lines: LineCounter): void {
  lines.addNewLine(0)
  for (let offset = text.indexOf('\n'); offset >= 0; offset = text.indexOf('\n', offset + 1)) {
    lines.addNewLine(offset + 1)
  }
}

function checkCharacters(text: string, report: Report): void {
  if (text.startsWith('\ufeff')) report(0, 'Remove the byte order mark at the start of the file.')
  const found = UNPRINTABLE.exec(text)
  if (found) report(found.index, `Remove the control character ${codePoint(found[0])}.`)
}

/** Lexes and parses, giving up as soon as nesting is too deep, before anything recursive sees it. */
function readTokens(text: string, report: Report): CST.Token[] {
  const parser = new Parser()
  const tokens: CST.Token[] = []
  const lexemes = readLexemes(text, report)
  let offset = 0
  for (const lexeme of lexemes) {
    tokens.push(...parser.next(lexeme))
    const depth = parser.stack.length
    if (
      depth > YAML_MAX_DEPTH &&
      parser.stack.filter(({ type }) => COLLECTIONS.has(type)).length > YAML_MAX_DEPTH
    ) {
      report(Math.min(offset, text.length), `Nest at most ${YAML_MAX_DEPTH} levels deep.`)
      return []
    }
    offset += lexemeLength(lexeme)
  }
  tokens.push(...parser.end())
  const documents = tokens.filter(({ type }) => type === 'document')
  if (documents.length > 1)
    report(documents[1]?.offset ?? 0, 'Keep to one document: remove the second "---".')
  for (const token of tokens) checkToken(token, report)
  return tokens
}

/** Counted before anything is built from them: splitting a text is far cheaper than parsing it. */
function readLexemes(text: string, report: Report): string[] {
  const lexemes: string[] = []
  let offset = 0
  for (const lexeme of new Lexer().lex(text)) {
    if (lexemes.length === YAML_MAX_LEXEMES) {
      report(
        Math.min(offset, text.length),
        'There are too many values: move some into text or another package.',
      )
      return []
    }
    lexemes.push(lexeme)
    offset += lexemeLength(lexeme)
  }
  return lexemes
}

/** Marks that the lexer adds stand nowhere in the text. */
function lexemeLength(lexeme: string): number {
  return lexeme.length > 1 || !'\u0002\u0018\u001f\ufeff'.includes(lexeme) ? lexeme.length : 0
}

function checkToken(token: CST.Token | null | undefined, report: Report): void {
  if (!token) return
  if (token.type === 'directive') report(token.offset, 'Directives (%) are not allowed.')
  if (token.type === 'alias') report(token.offset, 'Aliases (*) are not allowed: write the value again.')
  if (token.type === 'anchor') report(token.offset, 'Anchors (&) are not allowed.')
  if (token.type === 'tag')
    report(token.offset, 'Explicit tags (!) are not allowed: quote the value for a string.')
  if (token.type === 'document') {
    for (const part of token.start) checkToken(part, report)
    checkToken(token.value, report)
  }
  if (token.type === 'block-scalar') for (const part of token.props) checkToken(part, report)
  if (!('items' in token)) return
  for (const item of token.items) {
    for (const part of item.start) checkToken(part, report)
    for (const part of item.sep ?? []) checkToken(part, report)
    checkToken(item.key, report)
    checkToken(item.value, report)
  }
}

function compose(tokens: CST.Token[], length: number, report: Report): Document.Parsed | null {
  // Duplicate keys are found in toJson: the library compares every pair of keys, which takes seconds on large maps.
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    stringKeys: true,
    uniqueKeys: false,
  })
  const [document] = [...composer.compose(tokens, true, length)] as Document.Parsed[]
  if (!document) return refuse(report, 'The manifest is empty.')
  for (const error of [...document.errors, ...document.warnings])
    report(error.pos[0], sentence(error.message))
  return document
}

function toJson(node: Node | null | undefined, path: Path, report: Report): JsonValue {
  if (isScalar(node)) return scalarValue(node, path, report)
  if (isSeq(node)) return node.items.map((item, index) => toJson(item as Node, [...path, index], report))
  if (!isMap(node)) return null
  const entries: JsonObject = {}
  for (const { key, value } of node.items) {
    const name = keyName(key)
    const here = [...path, name]
    const offset = offsetOf(key as Node)
    if (FORBIDDEN_KEYS.has(name)) report(offset, `The key "${name}" is not allowed.`, here)
    else if (Object.hasOwn(entries, name)) report(offset, `The key "${name}" is there twice.`, here)
    else {
      checkText(name, offset, here, report)
      entries[name] = toJson(value as Node, here, report)
    }
  }
  return entries
}

function scalarValue(node: Scalar, path: Path, report: Report): JsonValue {
  const { value } = node
  const offset = offsetOf(node)
  if (typeof value === 'string') checkText(value, offset, path, report)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) report(offset, 'Infinite and undefined numbers are not allowed.', path)
    else if (
      Number.isInteger(value) &&
      !Number.isSafeInteger(value) &&
      /^[-+]?(\d+|0[xo].*)$/.test(node.source ?? '')
    ) {
      report(offset, 'This integer is too large to be exact: quote it.', path)
    }
    return value
  }
  return typeof value === 'string' || typeof value === 'boolean' ? value : null
}

// Escapes such as "\0" bring in what the character check of the source cannot see.
function checkText(text: string, offset: number, path: Path, report: Report): void {
  const found = UNPRINTABLE.exec(text)
  if (found) report(offset, `The text holds the control character ${codePoint(found[0])}.`, path)
}

function place(root: ParsedNode | null, path: Path, part: 'key' | 'value', lines: LineCounter) {
  let node: Node | null | undefined = root
  let offset = offsetOf(root)
  for (const [index, step] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => keyName(key) === String(step))
      if (!pair) break
      const last = index === path.length - 1
      const value = pair.value as Node | null
      // A key without a value is shown where its key stands.
      const empty = value?.range !== undefined && value.range !== null && value.range[0] === value.range[1]
      offset = (last && part === 'key') || !value || empty ? offsetOf(pair.key as Node) : offsetOf(value)
      node = value
    } else if (isSeq(node) && typeof step === 'number' && step < node.items.length) {
      node = node.items[step] as Node
      offset = offsetOf(node)
    } else break
  }
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(line, 1), column: Math.max(col, 1) }
}

function offsetOf(node: Node | null | undefined): number {
  return node?.range?.[0] ?? 0
}

function keyName(key: unknown): string {
  return isScalar(key) && typeof key.value === 'string' ? key.value : ''
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}

function sentence(message: string): string {
  const line = message.split('\n')[0] ?? message
  return line.endsWith('.') ? line : `${line}.`
}
