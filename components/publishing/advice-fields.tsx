/** What is asked when people are advised against a version or a package. */
import { TextareaField, TextField } from '#components/ui/field'
import { type FormState, typed } from '#lib/identity/form-state'

export function AdviceFields({ state }: { state: FormState }) {
  return (
    <>
      <p className="text-sm text-muted">It resolves and downloads as before; people are told.</p>
      <TextareaField
        label="What people should know"
        name="message"
        maxLength={500}
        rows={2}
        defaultValue={typed(state, 'message')}
        error={state.fieldErrors.message}
        required
      />
      <TextField
        label="Use instead"
        hint="namespace/name, or with @version."
        name="useInstead"
        optional
        maxLength={300}
        spellCheck={false}
        autoComplete="off"
        defaultValue={typed(state, 'useInstead')}
        error={state.fieldErrors.useInstead}
      />
    </>
  )
}
