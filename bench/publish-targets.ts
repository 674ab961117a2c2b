/** The same work for two registries: publish a package that is new, publish the next version of one, download one. */
import { createHash, randomBytes } from 'node:crypto'
import type { httpClient } from './http-client.ts'
import type { Souk } from './publish-souk.ts'
import type { Verdaccio } from './verdaccio-server.ts'

type Client = ReturnType<typeof httpClient>

export interface PublishTarget {
  who: 'souk' | 'verdaccio'
  /** Publishes the packages that are downloaded, and those that get further versions. */
  prepare: (hotPackages: number) => Promise<void>
  /** Each answers whether it was as it should be. */
  publishNew: (index: number) => Promise<boolean>
  publishNext: (index: number) => Promise<boolean>
  download: (index: number) => Promise<boolean>
}

/** Of packages that grow, so that many clients do not stand in line for one. */
const GROWING = 64

export interface Payload {
  sizeBytes: number
  /** Whether the bulk is a readme, every word of which Souk makes findable, or the prompt itself. */
  isReadme: boolean
}

/** Both registries are sent bodies of `sizeBytes` bytes, and both give back what they were sent. */
export function soukTarget(
  { origin, token, namespace }: Souk,
  client: Client,
  { sizeBytes, isReadme }: Payload,
): PublishTarget {
  const run = randomBytes(4).toString('hex')
  let [fresh, next, hot] = [0, 0, 0]
  async function publish(name: string, version: string): Promise<boolean> {
    const head = `id: ${namespace}/${name}
version: ${version}
kind: prompt
metadata:
  name: Package ${name}
  description: A package that a bench has published.
  license: MIT
  tags: [language:en]
${isReadme ? '  readme: ' : 'spec:\n  template: '}`
    const words = isReadme ? randomText(sizeBytes) : randomBytes(sizeBytes).toString('base64url')
    const body = Buffer.from(head + words.slice(0, sizeBytes - head.length - 1) + '\n')
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/yaml' }
    const { status } = await client.send(`${origin}/api/v1/packages`, { method: 'POST', headers, body })
    return status === 201
  }
  return {
    who: 'souk',
    async prepare(hotPackages) {
      hot = hotPackages
      for (let index = 0; index < hot; index += 1) await expectTrue(publish(`hot-${index}`, '1.0.0'))
      for (let index = 0; index < GROWING; index += 1) await expectTrue(publish(`growing-${index}`, '1.0.0'))
    },
    publishNew: () => publish(`new-${run}-${(fresh += 1)}`, '1.0.0'),
    publishNext: () => publish(`growing-${(next += 1) % GROWING}`, `1.${next}.0`),
    async download(index) {
      const url = `${origin}/api/v1/packages/${namespace}/hot-${index % hot}/1.0.0/download`
      const { status, body } = await client.send(url)
      return status === 200 && body.byteLength === sizeBytes
    },
  }
}

export function verdaccioTarget(
  { origin, token }: Verdaccio,
  client: Client,
  { sizeBytes }: Payload,
): PublishTarget {
  const run = randomBytes(4).toString('hex')
  let [fresh, next, hot] = [0, 0, 0]
  const tarballBytes = new Map<string, number>()
  async function publish(name: string, version: string): Promise<boolean> {
    const body = publishDocument(origin, name, version, sizeBytes)
    if (version === '1.0.0') tarballBytes.set(name, body.tarballBytes)
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const { status } = await client.send(`${origin}/${name}`, { method: 'PUT', headers, body: body.bytes })
    return status === 201
  }
  return {
    who: 'verdaccio',
    async prepare(hotPackages) {
      hot = hotPackages
      for (let index = 0; index < hot; index += 1) await expectTrue(publish(`hot-${index}`, '1.0.0'))
      for (let index = 0; index < GROWING; index += 1) await expectTrue(publish(`growing-${index}`, '1.0.0'))
    },
    publishNew: () => publish(`new-${run}-${(fresh += 1)}`, '1.0.0'),
    publishNext: () => publish(`growing-${(next += 1) % GROWING}`, `1.${next}.0`),
    async download(index) {
      const name = `hot-${index % hot}`
      const { status, body } = await client.send(`${origin}/${name}/-/${name}-1.0.0.tgz`)
      return status === 200 && body.byteLength === tarballBytes.get(name)
    },
  }
}

/** What `npm publish` sends: the package's document with the tarball in base64, together `sizeBytes`. */
function publishDocument(origin: string, name: string, version: string, sizeBytes: number) {
  const withTarball = (tarball: Buffer) => {
    const file = `${name}-${version}.tgz`
    return Buffer.from(
      JSON.stringify({
        _id: name,
        name,
        description: 'A package that a bench has published.',
        'dist-tags': { latest: version },
        versions: {
          [version]: {
            ...{
              name,
              version,
              _id: `${name}@${version}`,
              description: 'A package that a bench has published.',
            },
            dist: {
              shasum: createHash('sha1').update(tarball).digest('hex'),
              integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
              tarball: `${origin}/${name}/-/${file}`,
            },
          },
        },
        _attachments: {
          [file]: {
            content_type: 'application/octet-stream',
            data: tarball.toString('base64'),
            length: tarball.byteLength,
          },
        },
      }),
    )
  }
  const frameBytes = withTarball(Buffer.alloc(0)).byteLength
  const tarball = randomBytes(Math.max(64, Math.floor(((sizeBytes - frameBytes) * 3) / 4)))
  return { bytes: withTarball(tarball), tarballBytes: tarball.byteLength }
}

const SYLLABLES = 'ra le mi to ser ver mod el pro mpt age nt se arch da ta im ag lan gu'.split(' ')

/** Words of two to four syllables, some far commoner than others: a few hundred different ones in 4 KiB. */
function randomText(length: number): string {
  let text = ''
  while (text.length < length) {
    const syllables = 2 + Math.floor(Math.random() ** 2 * 3)
    for (let index = 0; index < syllables; index += 1) {
      text += SYLLABLES[Math.floor(Math.random() ** 1.5 * SYLLABLES.length)] ?? ''
    }
    text += ' '
  }
  return text
}

async function expectTrue(work: Promise<boolean>): Promise<void> {
  if (!(await work)) throw new Error('A package that the bench needs could not be published.')
}
