/**
 * Reads the colour tokens out of app/globals.css and computes WCAG contrast in both themes, so that a token cannot be
 * retuned into something unreadable.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

type Theme = 'light' | 'dark'
type Oklch = readonly [lightness: number, chroma: number, hue: number]

const css = readFileSync(new URL('../../app/globals.css', import.meta.url), 'utf8')
const themes: Theme[] = ['light', 'dark']

describe.each(themes)('colour tokens, %s', (theme) => {
  const grounds = ['canvas', 'surface', 'raised', 'sunken', 'hover']
  const inks = ['ink', 'muted', 'faint', 'brand-ink', 'accent-ink', 'danger', 'success', 'warning', 'info']
  it.each(inks.flatMap((ink) => grounds.map((ground) => [ink, ground])))(
    '%s is text on %s (4.5:1)',
    (ink, ground) => {
      expect(contrast(token(ink, theme), token(ground, theme))).toBeGreaterThanOrEqual(4.5)
    },
  )

  it.each([
    ['on-brand', 'brand'],
    ['on-brand', 'brand-hover'],
    ['on-danger', 'danger'],
    ['on-danger', 'danger-hover'],
    ['brand-ink', 'brand-soft'],
    ['ink', 'brand-soft'],
    ['success', 'success-soft'],
    ['warning', 'warning-soft'],
    ['danger', 'danger-soft'],
    ['info', 'info-soft'],
    ['ink', 'success-soft'],
    ['ink', 'warning-soft'],
    ['ink', 'danger-soft'],
    ['ink', 'info-soft'],
  ])('%s is text on %s (4.5:1)', (ink, ground) => {
    expect(contrast(token(ink, theme), token(ground, theme))).toBeGreaterThanOrEqual(4.5)
  })

  it.each(
    ['control', 'focus', 'brand'].flatMap((part) => grounds.slice(0, 4).map((ground) => [part, ground])),
  )('%s is visible as a control on %s (3:1)', (part, ground) => {
    expect(contrast(token(part, theme), token(ground, theme))).toBeGreaterThanOrEqual(3)
  })

  it.each(hues())('hue %s is text on its own soft ground and on the page (4.5:1)', (hue) => {
    const ink = hueToken('hue-ink', hue, theme)
    for (const ground of [
      hueToken('hue-soft', hue, theme),
      token('surface', theme),
      token('canvas', theme),
    ]) {
      expect(contrast(ink, ground)).toBeGreaterThanOrEqual(4.5)
    }
  })
})

describe('the contrast formula', () => {
  it('gives 21:1 for black on white and 1:1 for a colour on itself', () => {
    expect(contrast([0, 0, 0], [1, 0, 0])).toBeCloseTo(21, 1)
    expect(contrast([0.5, 0.1, 20], [0.5, 0.1, 20])).toBe(1)
  })
})

function token(name: string, theme: Theme): Oklch {
  return parse(declaration(`--color-${name}`), theme, 0, 0)
}

function hueToken(name: string, hue: string, theme: Theme): Oklch {
  const block = new RegExp(`\\[data-hue='${hue}'\\] \\{\\s*--angle: ([\\d.]+);\\s*--chroma: ([\\d.]+);`).exec(
    css,
  )
  if (!block) throw new Error(`no hue ${hue}`)
  return parse(declaration(`--${name}`), theme, Number(block[1]), Number(block[2]))
}

function hues(): string[] {
  return [...css.matchAll(/\[data-hue='([a-z]+)'\]/g)].map((match) => match[1] ?? '')
}

function declaration(property: string): string {
  const match = new RegExp(`${property}:([^;]+);`).exec(css)
  if (!match?.[1]) throw new Error(`no ${property} in globals.css`)
  return match[1]
}

function parse(value: string, theme: Theme, angle: number, chroma: number): Oklch {
  const plain = value
    .replace(/calc\(var\(--chroma\) \* ([\d.]+)\)/g, (_, factor: string) => String(chroma * Number(factor)))
    .replaceAll('var(--chroma)', String(chroma))
    .replaceAll('var(--angle)', String(angle))
  const colours = [...plain.matchAll(/oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)/g)]
  const colour = colours.length === 2 && theme === 'dark' ? colours[1] : colours[0]
  if (!colour) throw new Error(`unreadable colour ${value}`)
  return [Number(colour[1]), Number(colour[2]), Number(colour[3])]
}

/** WCAG 2.2 contrast ratio; OKLCH to linear sRGB after Ottosson (2020), clipped to the gamut. */
function contrast(first: Oklch, second: Oklch): number {
  const [lighter, darker] = [luminance(first), luminance(second)].sort((a, b) => b - a)
  return ((lighter ?? 0) + 0.05) / ((darker ?? 0) + 0.05)
}

function luminance([lightness, chroma, hue]: Oklch): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180)
  const b = chroma * Math.sin((hue * Math.PI) / 180)
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  const clip = (channel: number) => Math.min(1, Math.max(0, channel))
  const red = clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s)
  const green = clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s)
  const blue = clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
