'use client'
/** One publishing at a time: it reads, sends, and holds what came of it until the text changes. */
import { ApiError, newIdempotencyKey } from '#lib/client/api'
import type { ManifestResult } from '#lib/kernel/manifest'
import { nextVersion } from '#lib/publishing/next-version'
import { useRef, useState } from 'react'
import { bytesOf, type ManifestSource } from './manifest-source.ts'
import type { PublishFault } from './publish-failure.tsx'
import { publish, type Published } from './publish-request.ts'
import type { UploadTarget } from './use-uploads.ts'

export interface PublisherInput {
  source: ManifestSource
  category: string
  /** The uploads that go with this version. */
  filesOf: (target: UploadTarget) => readonly string[]
  checkNow: () => Promise<ManifestResult>
  /** The text has faults of its own: nothing was sent. */
  onFaults: () => void
  onPublished: () => void
}

export interface Publisher {
  isSending: boolean
  published: Published | null
  /** Of the text as it is now. */
  fault: PublishFault | null
  send: () => Promise<void>
  reset: () => void
}

interface Failed {
  source: ManifestSource
  fault: PublishFault
}

export function usePublisher(input: PublisherInput): Publisher {
  const [isSending, setIsSending] = useState(false)
  const [published, setPublished] = useState<Published | null>(null)
  const [failed, setFailed] = useState<Failed | null>(null)
  // State changes only with the next paint; two clicks may come before it.
  const inFlight = useRef(false)
  const intention = useRef<{ source: ManifestSource; key: string } | null>(null)

  async function attempt() {
    const { source, category, filesOf, checkNow, onFaults, onPublished } = input
    setFailed(null)
    const checked = await checkNow()
    if (!checked.ok) return onFaults()
    if (intention.current?.source !== source) intention.current = { source, key: newIdempotencyKey() }
    const { manifest } = checked
    try {
      const idempotencyKey = intention.current.key
      const files = filesOf({ handle: manifest.id, version: manifest.version })
      setPublished(await publish({ manifest, bytes: bytesOf(source), category, files, idempotencyKey }))
      onPublished()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      const { code, message, issues, requestId } = error
      const fault = { code, detail: message, issues, requestId, handle: manifest.id }
      setFailed({ source, fault: { ...fault, nextVersion: nextVersion(manifest.version) } })
    }
  }

  return {
    isSending,
    published,
    fault: failed?.source === input.source ? failed.fault : null,
    async send() {
      if (inFlight.current) return
      inFlight.current = true
      setIsSending(true)
      try {
        await attempt()
      } finally {
        inFlight.current = false
        setIsSending(false)
      }
    },
    reset() {
      setPublished(null)
      setFailed(null)
      intention.current = null
    },
  }
}
