import { NotFoundMessage } from '#components/market/not-found-message'

export default function MarketNotFound() {
  return <NotFoundMessage />
}
