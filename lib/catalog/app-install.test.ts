import { describe, expect, it } from 'vitest'
import { appInstall } from './app-install.ts'

const linesOf = (...args: Parameters<typeof appInstall>) => appInstall(...args).steps.map(({ code }) => code)
const repository = 'https://git.example.org/a/b'

describe('appInstall', () => {
  it('clones, builds and runs on the reader’s own machine only', () => {
    const spec = {
      repository,
      ref: 'v1.4.0',
      dockerfile: 'deploy/Dockerfile',
      context: '.',
      port: 8080,
      memoryMb: 256,
      volumes: ['/data'],
      environment: [
        { name: 'KEY', required: true, secret: true },
        { name: 'MAX', default: 5 },
      ],
    }
    expect(linesOf(spec, 'checker', '1.4.0+build.1')).toEqual([
      `git clone --depth 1 --branch v1.4.0 -- ${repository} checker`,
      'docker build -t checker:1.4.0_build.1 -f ./checker/deploy/Dockerfile ./checker',
      "docker run --rm -p 127.0.0.1:8080:8080 -e 'KEY=<KEY>' -v checker-1:/data --memory 256m checker:1.4.0_build.1",
    ])
  })

  it('checks out a commit, which a shallow clone cannot name', () => {
    const ref = 'a'.repeat(40)
    expect(linesOf({ repository, ref }, 'x', '1.0.0')[0]).toBe(
      `git clone -- ${repository} x && git -C x checkout --detach ${ref}`,
    )
  })

  it('quotes what strangers wrote', () => {
    const [clone] = linesOf({ repository: 'https://x.example/$(id)', ref: 'a b' }, 'x', '1.0.0')
    expect(clone).toBe("git clone --depth 1 --branch 'a b' -- 'https://x.example/$(id)' x")
    const [run] = linesOf({ image: 'a/b', command: ['sh', '-c', 'echo $HOME'] }, 'x', '1.0.0')
    expect(run).toBe("docker run --rm a/b sh -c 'echo $HOME'")
  })

  it('offers the published image before building one', () => {
    const { steps } = appInstall({ repository, image: 'a/b:1' }, 'x', '1.0.0')
    expect(steps.map(({ label }) => label)).toEqual([
      'Run the published image',
      'Get the source',
      'Build',
      'Run',
    ])
  })

  it.each([
    ['an option instead of a branch', { repository, ref: '--upload-pack=touch x' }],
    ['an option instead of an image', { image: '--privileged' }],
    ['a deceptive repository', { repository: 'https://x.example/\u202egit' }],
    ['nothing to run', {}],
  ])('gives no line for %s', (_case, spec) => {
    expect(linesOf(spec, 'x', '1.0.0')).toEqual([])
  })

  it('mounts nothing where a path could carry mount options', () => {
    expect(linesOf({ image: 'a/b', volumes: ['/data:ro', '/ok'] }, 'x', '1.0.0')[0]).toBe(
      'docker run --rm -v x-1:/ok a/b',
    )
  })
})
