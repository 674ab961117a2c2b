'use client'
/** Chooses files to show. The server looks at their bytes; here is said what it takes, and too many are noticed at once. */
import { Field } from '#components/ui/field'
import { CONTROL_CLASS } from '../ui/control-class.ts'
import { DISPUTE_FILE_ACCEPT, DISPUTE_FILE_MAX_BYTES, DISPUTE_FILES_AT_ONCE } from '#lib/disputes/limits'

export function EvidenceField({ error }: { error?: string }) {
  return (
    <Field
      label="Files"
      optional
      hint={`Pictures, PDF or plain text, at most ${DISPUTE_FILES_AT_ONCE} at a time, 2 MB each. Only the two sides and operators see them.`}
      error={error}
    >
      {(control) => (
        <input
          {...control}
          type="file"
          name="files"
          multiple
          accept={DISPUTE_FILE_ACCEPT}
          onChange={({ currentTarget }) => {
            currentTarget.setCustomValidity(faultOf([...(currentTarget.files ?? [])]))
            currentTarget.reportValidity()
          }}
          className={`${CONTROL_CLASS} py-1.5 file:mr-3 file:rounded-sm file:border-0 file:bg-sunken file:px-2.5 file:py-1 file:text-sm file:font-medium file:text-ink`}
        />
      )}
    </Field>
  )
}

function faultOf(files: readonly File[]): string {
  if (files.length > DISPUTE_FILES_AT_ONCE) return `Choose at most ${DISPUTE_FILES_AT_ONCE} files.`
  const large = files.find(({ size }) => size > DISPUTE_FILE_MAX_BYTES)
  return large ? `${large.name} is larger than 2 MB.` : ''
}
