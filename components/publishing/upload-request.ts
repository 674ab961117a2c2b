/**
 * Owns sending a file from the browser: straight from disk, with progress, and it can be stopped. `fetch` tells nothing
 * of how far an upload is, hence the older way.
 */
import { ApiError } from '#lib/client/api'
import type { ProblemBody } from '#lib/kernel/problem'
import type { Upload } from '#lib/publishing/schemas'

export interface UploadRequest {
  handle: string
  version: string
  file: File
  /** 0 to 1. */
  onProgress: (share: number) => void
  signal: AbortSignal
}

export function uploadPath(handle: string, version: string, name: string): `/api/${string}` {
  return `/api/v1/uploads/${handle}/${encodeURIComponent(version)}/${encodeURIComponent(name)}`
}

/** @throws ApiError whatever went wrong; the signal's reason when it was stopped. */
export function sendFile({ handle, version, file, onProgress, signal }: UploadRequest): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const stop = () => {
      request.abort()
      reject(signal.reason as Error)
    }
    request.open('PUT', uploadPath(handle, version, file.name))
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.responseType = 'json'
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      onProgress(total > 0 ? loaded / total : 0),
    )
    request.addEventListener('load', () => {
      const answer: unknown = request.response
      if (request.status === 201) resolve(answer as Upload)
      else reject(problemOf(request.status, answer))
    })
    request.addEventListener('error', () =>
      reject(new ApiError('network', 'The connection broke off. Try again.')),
    )
    request.addEventListener('loadend', () => signal.removeEventListener('abort', stop))
    signal.addEventListener('abort', stop, { once: true })
    request.send(file)
  })
}

function problemOf(status: number, answer: unknown): ApiError {
  if (typeof answer !== 'object' || answer === null || !('code' in answer)) {
    return new ApiError('unreadable', `The server answered with status ${status}.`, { status })
  }
  const { code, detail, issues, requestId } = answer as ProblemBody
  return new ApiError(code, detail, { status, issues, requestId })
}
