'use client'
/** A page of the market failed: its frame stays. */
import type { ErrorMessageProps } from '#components/market/error-message'
import { LateErrorMessage } from '#components/market/late-error-message'

export default function MarketError(props: ErrorMessageProps) {
  return <LateErrorMessage {...props} />
}
