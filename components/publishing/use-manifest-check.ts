'use client'
/** Live validation: what the rules say about the text, a moment after somebody stops typing. */
import type { Manifest, ManifestResult } from '#lib/kernel/manifest'
import { useCallback, useEffect, useRef, useState } from 'react'
import { createManifestChecker, type ManifestChecker } from './manifest-checker.ts'
import { bytesOf, type ManifestSource } from './manifest-source.ts'

const PAUSE_MS = 250

const NOTHING: ManifestResult = {
  ok: false,
  issues: [{ path: '', message: 'There is nothing to publish yet.', line: 1, column: 1 }],
}

export interface ManifestCheck {
  /** Of the text as it is now; null while it is being read, and when there is none. */
  result: ManifestResult | null
  isChecking: boolean
  /** The last manifest without a fault: what the preview shows while a fault is being typed away. */
  lastGood: Manifest | null
  /** Reads without waiting for a pause. */
  checkNow: () => Promise<ManifestResult>
}

interface Checked {
  source: ManifestSource
  result: ManifestResult
}

export function useManifestCheck(source: ManifestSource): ManifestCheck {
  const checker = useRef<ManifestChecker | null>(null)
  const [checked, setChecked] = useState<Checked | null>(null)
  const [lastGood, setLastGood] = useState<Manifest | null>(null)

  const check = useCallback(async (wanted: ManifestSource): Promise<ManifestResult> => {
    checker.current ??= createManifestChecker()
    const isBlank = wanted.text.trim() === ''
    const result = isBlank ? NOTHING : await checker.current.check(bytesOf(wanted))
    setChecked({ source: wanted, result })
    if (result.ok) setLastGood(result.manifest)
    return result
  }, [])

  useEffect(() => {
    if (source.text.trim() === '') return
    const timer = setTimeout(() => void check(source), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [source, check])

  useEffect(
    () => () => {
      checker.current?.close()
      checker.current = null
    },
    [],
  )

  const isEmpty = source.text.trim() === ''
  const isCurrent = checked?.source === source
  return {
    result: isCurrent ? checked.result : null,
    isChecking: !isCurrent && !isEmpty,
    lastGood: isEmpty ? null : lastGood,
    checkNow: () => (isCurrent ? Promise.resolve(checked.result) : check(source)),
  }
}
