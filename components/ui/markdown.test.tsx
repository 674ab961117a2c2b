import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { Markdown } from './markdown.tsx'

const render = (source: string, topLevel?: 2 | 3 | 4) =>
  renderToStaticMarkup(<Markdown source={source} topLevel={topLevel} />)

describe('Markdown', () => {
  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<iframe src="https://example.org"></iframe>',
    '[x](javascript:alert(1))',
    '[x](data:text/html,<script>alert(1)</script>)',
    '<style>body{display:none}</style>',
  ])('lets nothing run: %s', (source) => {
    const html = render(source)
    expect(html).not.toMatch(/<script|<iframe|<style|onerror=|javascript:|data:text/i)
  })

  it('loads nothing from another origin: an image becomes a link', () => {
    const html = render('![Diagram](https://example.org/a.png)')
    expect(html).not.toContain('<img')
    expect(html).toContain('<a href="https://example.org/a.png" rel="nofollow ugc noopener">Diagram</a>')
  })

  it('gives links no endorsement', () => {
    expect(render('[site](https://example.org)')).toContain('rel="nofollow ugc noopener"')
  })

  it('puts headings under the page’s own and never deeper than h6', () => {
    expect(render('# One\n\n## Two')).toMatch(/<h2>One<\/h2>\s*<h3>Two<\/h3>/)
    expect(render('##### Five', 4)).toContain('<h6>Five</h6>')
  })

  it('renders tables and task lists', () => {
    expect(render('| a | b |\n|---|---|\n| 1 | 2 |')).toContain('<table>')
    expect(render('- [x] shipped')).toMatch(/Done: .*shipped/)
    expect(render('- [ ] planned')).toMatch(/To do: .*planned/)
  })
})
