'use client'
/** A page of the market failed: its frame stays. */
import { ErrorMessage, type ErrorMessageProps } from '#components/market/error-message'

export default function MarketError(props: ErrorMessageProps) {
  return <ErrorMessage {...props} />
}
