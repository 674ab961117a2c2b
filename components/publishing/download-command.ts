/** Owns the shell lines that sellers copy. Names and versions hold no character that a shell would read. */

export function downloadCommand(origin: string, handle: string, version: string): string {
  return `curl -fLOJ ${origin}/api/v1/packages/${handle}/${version}/download`
}

export function publishCommand(origin: string, fileName: string): string {
  return `curl --fail-with-body ${origin}/api/v1/packages \\
  -H "Authorization: Bearer $SOUK_TOKEN" \\
  -H "Content-Type: application/yaml" \\
  --data-binary @${fileName}`
}
