/** Data for search engines inside the page. Browsers do not run it, and its text cannot leave its element. */
import { type JsonLd, serializeJsonLd } from '#lib/catalog/structured-data'

export function JsonLdScript({ data }: { data: JsonLd }) {
  return <script type="application/ld+json" dangerouslySetInnerHTML={{ __html: serializeJsonLd(data) }} />
}
