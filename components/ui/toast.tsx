'use client'
/**
 * Passing news of something that just happened. `ToastProvider` goes around the pages that need it; `useToast` adds one.
 * Errors that need an answer belong in the page, not here.
 */
import { Toast as Base } from '@base-ui/react/toast'
import { buttonClass } from './button.tsx'
import { cx } from './cx.ts'
import { XIcon } from './icons.tsx'

export type ToastTone = 'info' | 'success' | 'danger'

export interface ToastMessage {
  title: string
  description?: string
  tone?: ToastTone
}

const EDGES: Record<ToastTone, string> = {
  info: 'border-l-info',
  success: 'border-l-success',
  danger: 'border-l-danger',
}

export function useToast(): (message: ToastMessage) => void {
  const { add } = Base.useToastManager<{ tone: ToastTone }>()
  return ({ title, description, tone = 'info' }) => {
    add({ title, description, data: { tone }, priority: tone === 'danger' ? 'high' : 'low' })
  }
}

export function ToastProvider({ children }: { children: React.ReactNode }) {
  return (
    <Base.Provider limit={3}>
      {children}
      <Base.Portal>
        <Base.Viewport className="fixed right-4 bottom-4 z-50 flex w-[min(22rem,calc(100vw-2rem))] flex-col gap-2">
          <Toasts />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  )
}

function Toasts() {
  const { toasts } = Base.useToastManager<{ tone: ToastTone }>()
  return toasts.map((toast) => (
    <Base.Root
      key={toast.id}
      toast={toast}
      data-slot="toast"
      className={cx(
        'rounded-md border border-l-4 border-line bg-raised shadow-lg transition-[opacity,translate] duration-200 data-ending-style:opacity-0 data-limited:hidden data-starting-style:translate-y-2 data-starting-style:opacity-0',
        EDGES[toast.data?.tone ?? 'info'],
      )}
    >
      <Base.Content className="flex items-start gap-3 py-2.5 pr-2 pl-3.5">
        <div className="min-w-0 flex-1">
          <Base.Title className="text-sm font-semibold" />
          <Base.Description className="text-sm text-muted" />
        </div>
        <Base.Close aria-label="Dismiss" className={buttonClass({ variant: 'quiet', size: 'icon-sm' })}>
          <XIcon />
        </Base.Close>
      </Base.Content>
    </Base.Root>
  ))
}
