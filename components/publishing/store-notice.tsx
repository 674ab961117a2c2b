/** What a store's status means for its seller. An open store needs no words. */
import { Alert } from '#components/ui/alert'
import type { Store } from '#lib/publishing/schemas'

export function StoreNotice({ status }: { status: Store['status'] }) {
  switch (status) {
    case 'approved':
      return null
    case 'pending':
      return (
        <Alert tone="warning" title="Your store waits for approval" className="mb-6">
          An operator looks at every new store. You can claim namespaces and publish already; shoppers see
          your packages as soon as the store and each package are approved.
        </Alert>
      )
    case 'rejected':
      return (
        <Alert tone="danger" title="Your store was not approved" className="mb-6">
          Shoppers see nothing of it.
        </Alert>
      )
    case 'suspended':
      return (
        <Alert tone="danger" title="Your store is suspended" className="mb-6">
          Its packages are off the shelf and nothing can be published. Whoever has bought something keeps it.
        </Alert>
      )
  }
}
