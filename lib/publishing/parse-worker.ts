/**
 * Runs in a worker thread: reads one manifest a message. Plain Node starts this file, past any bundler, so its imports
 * are relative and lead to the kernel only.
 */
import 'server-only'
import { parentPort } from 'node:worker_threads'
import { parseManifest } from '../kernel/manifest.ts'

// The first of each kind costs as much as a hundred later ones: schemas are compiled as they are used.
parseManifest(
  'id: a/b\nversion: 1.0.0\nkind: prompt\nmetadata: { name: A, description: B }\nspec: { template: C }\n',
)
parentPort?.on('message', (bytes: Uint8Array) => parentPort?.postMessage(parseManifest(bytes)))
parentPort?.postMessage('ready')
