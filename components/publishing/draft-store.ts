/** Owns the unfinished manifest of this tab: it survives a reload, not the tab. Where storage is forbidden it lasts as long as the page. */

export interface Draft {
  text: string
  category: string
}

const PREFIX = 'souk-publish-draft:'

export function readDraft(key: string): Draft | null {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(PREFIX + key) ?? 'null')
    return isDraft(value) ? value : null
  } catch {
    return null
  }
}

/** An empty text leaves nothing behind. */
export function writeDraft(key: string, draft: Draft): void {
  try {
    if (draft.text === '') sessionStorage.removeItem(PREFIX + key)
    else sessionStorage.setItem(PREFIX + key, JSON.stringify(draft))
  } catch {
    // Full or forbidden: the page still holds the text.
  }
}

function isDraft(value: unknown): value is Draft {
  return (
    typeof value === 'object' &&
    value !== null &&
    'text' in value &&
    typeof value.text === 'string' &&
    'category' in value &&
    typeof value.category === 'string'
  )
}
