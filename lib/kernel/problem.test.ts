import { describe, expect, it } from 'vitest'
import { formatIssuePath, Problem, problemBody, problemCodes, problemEntry } from './problem.ts'

describe('problem', () => {
  it('carries the status and title of its code', () => {
    const problem = new Problem('version_exists', 'Version 1.0.0 is already published.')
    expect(problem).toBeInstanceOf(Error)
    expect(problem).toMatchObject({
      status: 409,
      title: 'Version already published',
      message: problem.detail,
    })
  })

  it('becomes the RFC 9457 object of the contract', () => {
    const issues = [{ path: 'version', message: 'Already there' }]
    const problem = new Problem('version_exists', 'Taken.', { issues, headers: { 'retry-after': '1' } })
    expect(problemBody(problem, 'req-1')).toEqual({
      type: '/docs/problems#version-exists',
      title: 'Version already published',
      status: 409,
      detail: 'Taken.',
      code: 'version_exists',
      requestId: 'req-1',
      issues,
    })
  })

  it('leaves issues out when there are none and never shows the cause', () => {
    const body = problemBody(
      new Problem('internal', 'Something failed.', { cause: new Error('secret') }),
      'r',
    )
    expect(body).not.toHaveProperty('issues')
    expect(JSON.stringify(body)).not.toContain('secret')
  })

  it('gives every code an error status and a title', () => {
    for (const code of problemCodes) {
      expect(problemEntry(code).status).toBeGreaterThanOrEqual(400)
      expect(problemEntry(code).status).toBeLessThan(600)
      expect(problemEntry(code).title).not.toBe('')
    }
  })

  it('writes issue paths that a person can follow', () => {
    expect(formatIssuePath([])).toBe('')
    expect(formatIssuePath(['metadata', 'tags', 0])).toBe('metadata.tags[0]')
    expect(formatIssuePath(['dependencies', 'featured/core'])).toBe('dependencies["featured/core"]')
  })
})
