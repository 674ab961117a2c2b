'use client'
/** Takes files that are dropped on an element; text that is dropped stays the browser's business. */
import { useState } from 'react'

export interface FileDrop {
  isOver: boolean
  handlers: Pick<React.HTMLAttributes<HTMLElement>, 'onDragOver' | 'onDragLeave' | 'onDrop'>
}

/** @param onDrop gets the first file, and all of them; inside another such element the inner one takes them alone. */
export function useFileDrop(onDrop: (first: File, files: readonly File[]) => void): FileDrop {
  const [isOver, setIsOver] = useState(false)
  return {
    isOver,
    handlers: {
      onDragOver(event) {
        if (!event.dataTransfer.types.includes('Files')) return
        event.preventDefault()
        setIsOver(true)
      },
      onDragLeave(event) {
        const { currentTarget, relatedTarget } = event
        if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) setIsOver(false)
      },
      onDrop(event) {
        setIsOver(false)
        const files = [...event.dataTransfer.files]
        const [first] = files
        if (!first || event.defaultPrevented) return
        event.preventDefault()
        onDrop(first, files)
      },
    },
  }
}
