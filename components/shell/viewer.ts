/** Who is looking at the page, as far as the shell needs to know. */
export interface Viewer {
  id: string
  displayName: string
  email: string
  roles: readonly string[]
  storeSlug: string | null
  /** Notifications not read; at most 100. */
  unreadCount: number
}
