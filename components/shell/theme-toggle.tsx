'use client'
/**
 * Steps through system, light and dark, and remembers the choice where /theme.js finds it before the next first paint.
 * CSS does the rest: `data-theme` on the root, or nothing for the system's own.
 */
import { buttonClass } from '#components/ui/button'
import { MonitorIcon, MoonIcon, SunIcon } from '#components/ui/frame-icons'
import { useSyncExternalStore } from 'react'

const STORAGE_KEY = 'souk-theme'
const ORDER = ['system', 'light', 'dark'] as const
type ThemeChoice = (typeof ORDER)[number]
const ICONS = { system: MonitorIcon, light: SunIcon, dark: MoonIcon }

const listeners = new Set<() => void>()

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function readChoice(): ThemeChoice {
  const theme = document.documentElement.dataset.theme
  return theme === 'light' || theme === 'dark' ? theme : 'system'
}

function choose(choice: ThemeChoice) {
  const root = document.documentElement
  if (choice === 'system') delete root.dataset.theme
  else root.dataset.theme = choice
  try {
    if (choice === 'system') localStorage.removeItem(STORAGE_KEY)
    else localStorage.setItem(STORAGE_KEY, choice)
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
  for (const listener of listeners) listener()
}

export function ThemeToggle({ className }: { className?: string }) {
  const choice = useSyncExternalStore(subscribe, readChoice, () => 'system' as const)
  const next = ORDER[(ORDER.indexOf(choice) + 1) % ORDER.length] ?? 'system'
  const Icon = ICONS[choice]
  return (
    <button
      data-slot="theme-toggle"
      type="button"
      onClick={() => choose(next)}
      aria-label={`Theme: ${choice}. Switch to ${next}.`}
      title={`Theme: ${choice}`}
      className={buttonClass({ variant: 'quiet', size: 'icon' }, className)}
    >
      <Icon />
    </button>
  )
}
