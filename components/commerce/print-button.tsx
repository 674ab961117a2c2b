'use client'
/** Prints the page, or keeps it as a PDF; the receipt knows what to leave out. */
import { Button } from '#components/ui/button'

export function PrintButton() {
  return (
    <Button variant="secondary" className="print:hidden" onClick={() => window.print()}>
      Print
    </Button>
  )
}
