'use client'
/** What will be published, on which shelf, and the button. Under it, why it did not work. */
import { Button } from '#components/ui/button'
import { Card, CardBody } from '#components/ui/card'
import { Field } from '#components/ui/field'
import { Select } from '#components/ui/select'
import type { Manifest } from '#lib/kernel/manifest'
import { PublishFailure, type PublishFault } from './publish-failure.tsx'

export interface PublishPanelProps {
  manifest: Manifest | null
  categories: readonly { slug: string; name: string }[]
  category: string
  onCategory: (slug: string) => void
  /** The package exists, so it has a category that it keeps. */
  isUpdate: boolean
  isSending: boolean
  /** Files are still on their way. */
  isWaiting: boolean
  fault: PublishFault | null
  onUseVersion: (version: string) => void
}

export function PublishPanel({
  manifest,
  categories,
  category,
  onCategory,
  isUpdate,
  isSending,
  isWaiting,
  fault,
  onUseVersion,
}: PublishPanelProps) {
  return (
    <Card className="mb-7">
      <CardBody className="grid gap-4">
        <div>
          <h2 className="font-display text-lg font-semibold">Publish</h2>
          <p className="min-h-6 truncate text-sm text-muted">
            {manifest ? (
              <>
                <span className="font-mono text-xs text-ink">{manifest.id}</span> version{' '}
                <span className="font-mono text-xs text-ink">{manifest.version}</span>
              </>
            ) : (
              'Nothing to publish yet.'
            )}
          </p>
        </div>
        <Field
          label="Category"
          hint={isUpdate ? 'A new version keeps the package where it is.' : 'Where shoppers come across it.'}
        >
          {(control) => (
            <Select
              {...control}
              name="category"
              value={category}
              onChange={(event) => onCategory(event.target.value)}
            >
              <option value="">{isUpdate ? 'As it is' : 'Other'}</option>
              {categories
                .filter(({ slug }) => isUpdate || slug !== 'other')
                .map(({ slug, name }) => (
                  <option key={slug} value={slug}>
                    {name}
                  </option>
                ))}
            </Select>
          )}
        </Field>
        <Button type="submit" size="lg" aria-disabled={isSending || isWaiting}>
          {isSending ? 'Publishing…' : isWaiting ? 'Files are on their way…' : 'Publish'}
        </Button>
        {fault ? <PublishFailure fault={fault} onUseVersion={onUseVersion} /> : null}
      </CardBody>
    </Card>
  )
}
