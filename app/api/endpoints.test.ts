import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it, vi } from 'vitest'
import type { EndpointSpec } from '#lib/http/endpoint'
import { endpoints } from './endpoints.ts'
import { openapi } from './openapi.ts'

vi.hoisted(() => {
  // Route modules are only imported here, never called: no setting is used.
  process.env.SUPABASE_URL = 'http://127.0.0.1:9'
  process.env.SUPABASE_PUBLISHABLE_KEY = 'unused'
  process.env.SUPABASE_SECRET_KEY = 'unused'
  process.env.DATABASE_URL = 'postgres://127.0.0.1:9/unused'
})

const apiDir = import.meta.dirname
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

interface Exported {
  file: string
  path: string
  method: string
  endpoint: EndpointSpec | undefined
}

async function exportedRoutes(): Promise<Exported[]> {
  const files = (await readdir(apiDir, { recursive: true })).filter((file) => /(^|\/)route\.tsx?$/.test(file))
  const perFile = await Promise.all(
    files.map(async (file) => {
      const folder = file.replace(/\/?route\.tsx?$/, '').replaceAll(/\[([^\]]+)\]/g, '{$1}')
      const routeModule = (await import(pathToFileURL(join(apiDir, file)).href)) as Record<string, unknown>
      return Object.entries(routeModule).flatMap(([method, handler]) => {
        if (!METHODS.has(method)) return []
        const { endpoint } = handler as { endpoint?: EndpointSpec }
        return [{ file, path: `/api/${folder}`, method, endpoint }]
      })
    }),
  )
  return perFile.flat()
}

const key = ({ method, path }: { method: string; path: string }) => `${method} ${path}`

describe('the list of endpoints', () => {
  it('is exactly what the route files export, each under its own address and method', async () => {
    const routes = await exportedRoutes()
    expect(routes.map(key).toSorted()).toEqual(endpoints.map(key).toSorted())
    for (const { file, path, method, endpoint } of routes) {
      expect(endpoint && key(endpoint), `${file} is made with defineRoute`).toBe(`${method} ${path}`)
    }
  })

  it('gives every operation a name of its own', () => {
    const names = endpoints.map(({ operationId }) => operationId)
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate(structuredClone(openapi))
    expect(result.errors ?? []).toEqual([])
    expect(result.valid).toBe(true)
    const broken = await new Validator().validate({ ...structuredClone(openapi), info: {} })
    expect(broken.valid).toBe(false)
  })

  it('describes exactly the list of endpoints', () => {
    const described = Object.entries(openapi.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => key({ path, method: method.toUpperCase() })),
    )
    expect(described.toSorted()).toEqual(endpoints.map(key).toSorted())
  })

  it('refers to nothing that it does not define', () => {
    const text = JSON.stringify(openapi)
    const components: Record<string, unknown> = openapi.components
    for (const [, section = '', name = ''] of text.matchAll(/"#\/components\/([^/"]+)\/([^"]+)"/g)) {
      expect(components[section], `#/components/${section}/${name}`).toHaveProperty(name)
    }
    expect(text).not.toContain('#/$defs')
  })
})
