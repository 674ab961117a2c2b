/**
 * The ledger as a few numbers in memory: what each movement should do and when it should be refused. Only for tests; it
 * knows no SQL, so that agreeing with it means something.
 */
import {
  about,
  add,
  expect,
  type Expected,
  type Hold,
  type Payout,
  type Place,
  recent,
  type Sale,
  stores,
  type TopUp,
} from './ledger-expectations.ts'
import { type Step, USERS } from './ledger-steps.ts'

export class LedgerModel {
  private readonly wallet = Array.from({ length: USERS }, () => 0)
  private readonly walletHeld = Array.from({ length: USERS }, () => 0)
  private readonly owed = Array.from({ length: USERS }, () => 0)
  private readonly disputedTopUps = Array.from({ length: USERS }, () => 0)
  private readonly places = { held: stores(), payable: stores(), disputed: stores(), transit: stores() }
  private readonly sales: Sale[] = []
  private readonly holds: Hold[] = []
  private readonly payouts: Payout[] = []
  private readonly topUps: TopUp[] = []
  private step = 0

  apply(step: Step): Expected | null {
    const number = this.step
    const expected = this.follow(step, number)
    if (expected === null) return null
    this.step += 1
    const { user: person, store: shop } = expected
    expected.balances = [
      person === null ? 0 : (this.wallet[person] ?? 0),
      person === null ? 0 : (this.walletHeld[person] ?? 0),
      person === null ? 0 : 0 - (this.owed[person] ?? 0),
      person === null ? 0 : (this.disputedTopUps[person] ?? 0),
      ...(['held', 'payable', 'disputed', 'transit'] as const).map((place) =>
        shop === null ? 0 : (this.places[place][shop] ?? 0),
      ),
    ]
    return expected
  }

  private follow(step: Step, number: number): Expected | null {
    switch (step.do) {
      case 'topUp':
      case 'grant':
        return this.payIn(step, number)
      case 'stripeFee':
        return expect(step, { amount: step.amount, flag: step.isBack ? 'back' : '' })
      case 'reverseTopUp':
      case 'disputeTopUp':
      case 'resolveTopUp':
        return this.followCard(step)
      case 'expire':
        return this.expire(step)
      case 'release':
        return this.release(step)
      case 'purchase':
        return this.purchase(step, number)
      case 'hold':
      case 'extend':
        return step.do === 'hold' ? this.hold(step, number) : this.extend(step)
      case 'charge':
        return this.charge(step, number)
      case 'close':
        return this.close(step)
      case 'refund':
      case 'dispute':
      case 'resolve':
        return this.judge(step)
      case 'reserve':
        return this.reserve(step, number)
      case 'finish':
        return this.finish(step)
    }
  }

  private payIn(step: Step & { do: 'topUp' | 'grant' }, number: number): Expected {
    const { user: person, amount } = step
    this.receive(person, amount)
    if (step.do === 'topUp') {
      this.topUps.push({ step: number, user: person, amount, reversed: 0, status: 'settled' })
    }
    return expect(step, { user: person, amount })
  }

  /** What comes into a wallet pays what its person owes first. */
  private receive(person: number, amount: number): void {
    const paid = Math.min(this.owed[person] ?? 0, amount)
    add(this.owed, person, -paid)
    add(this.wallet, person, amount - paid)
  }

  /** What a wallet cannot give back is owed. */
  private takeBack(person: number, amount: number): void {
    const taken = Math.min(this.wallet[person] ?? 0, amount)
    add(this.wallet, person, -taken)
    add(this.owed, person, amount - taken)
  }

  private followCard(step: Step & { do: 'reverseTopUp' | 'disputeTopUp' | 'resolveTopUp' }): Expected | null {
    const topUp = recent(this.topUps, step.of)
    if (!topUp) return null
    const { user: person, amount, reversed } = topUp
    const parts = { user: person, ref: topUp.step }
    if (step.do === 'reverseTopUp') {
      const isDone = topUp.status === 'settled' && reversed + step.amount <= amount
      if (isDone) {
        this.takeBack(person, step.amount)
        topUp.reversed += step.amount
        if (topUp.reversed === amount) topUp.status = 'refunded'
      }
      return expect(step, { ...parts, amount: step.amount }, isDone)
    }
    if (step.do === 'disputeTopUp') {
      const isDone = topUp.status === 'settled' && reversed === 0
      if (isDone) {
        this.takeBack(person, amount)
        add(this.disputedTopUps, person, amount)
        topUp.status = 'disputed'
      }
      return expect(step, parts, isDone)
    }
    const isDone = topUp.status === 'disputed'
    if (isDone) {
      add(this.disputedTopUps, person, -amount)
      if (step.outcome === 'upheld') this.receive(person, amount)
      topUp.status = step.outcome
    }
    return expect(step, { ...parts, flag: step.outcome }, isDone)
  }

  private expire(step: Step & { do: 'expire' }): Expected {
    const over = this.holds.filter((hold) => hold.isOpen && hold.user === step.user)
    for (const hold of over) this.giveBack(hold)
    const expected = expect(step, { user: step.user })
    if (over.length === 0) expected.outcome = 'nothing'
    return expected
  }

  private release(step: Step & { do: 'release' }): Expected {
    const due = this.sales.filter((sale) => sale.place === 'held' && sale.store === step.store)
    for (const sale of due) {
      sale.place = 'payable'
      add(this.places.held, sale.store, sale.fee - sale.amount)
      add(this.places.payable, sale.store, sale.amount - sale.fee)
    }
    const expected = expect(step, { store: step.store })
    if (due.length === 0) expected.outcome = 'nothing'
    return expected
  }

  private giveBack(hold: Hold): void {
    add(this.walletHeld, hold.user, -hold.remaining)
    this.receive(hold.user, hold.remaining)
    hold.remaining = 0
    hold.isOpen = false
  }

  private purchase(step: Step & { do: 'purchase' }, number: number): Expected {
    const { user: person, store: shop, amount: price, fee } = step
    const isPaid = (this.wallet[person] ?? 0) >= price
    if (isPaid) {
      add(this.wallet, person, -price)
      this.earn({ step: number, user: person, store: shop, amount: price, fee })
    }
    return expect(step, { user: person, store: shop, amount: price, fee }, isPaid)
  }

  private earn(sale: Omit<Sale, 'status' | 'place'>): void {
    add(this.places.held, sale.store, sale.amount - sale.fee)
    this.sales.push({ ...sale, status: 'settled', place: 'held' })
  }

  private hold(step: Step & { do: 'hold' }, number: number): Expected {
    const { user: person, store: shop, amount: credits } = step
    const isPaid = (this.wallet[person] ?? 0) >= credits
    if (isPaid) {
      this.setAside(person, credits)
      this.holds.push({
        step: number,
        user: person,
        store: shop,
        amount: credits,
        remaining: credits,
        isOpen: true,
      })
    }
    return expect(step, { user: person, store: shop, amount: credits }, isPaid)
  }

  private setAside(person: number, credits: number): void {
    add(this.wallet, person, -credits)
    add(this.walletHeld, person, credits)
  }

  private extend(step: Step & { do: 'extend' }): Expected | null {
    const hold = recent(this.holds, step.of)
    if (!hold) return null
    const isDone = hold.isOpen && (this.wallet[hold.user] ?? 0) >= step.amount
    if (isDone) {
      this.setAside(hold.user, step.amount)
      hold.amount += step.amount
      hold.remaining += step.amount
    }
    return expect(step, { ...about(hold), amount: step.amount }, isDone)
  }

  private charge(step: Step & { do: 'charge' }, number: number): Expected | null {
    const hold = recent(this.holds, step.of)
    if (!hold) return null
    const isDone = hold.isOpen && hold.remaining >= step.amount
    if (isDone) {
      const rest = step.isFinal ? hold.remaining - step.amount : 0
      add(this.walletHeld, hold.user, -step.amount - rest)
      this.receive(hold.user, rest)
      hold.remaining -= step.amount + rest
      hold.isOpen = !step.isFinal
      this.earn({ step: number, user: hold.user, store: hold.store, amount: step.amount, fee: step.fee })
    }
    const flag = step.isFinal ? 'final' : ''
    return expect(step, { ...about(hold), amount: step.amount, fee: step.fee, flag }, isDone)
  }

  private close(step: Step & { do: 'close' }): Expected | null {
    const hold = recent(this.holds, step.of)
    if (!hold) return null
    const isDone = hold.isOpen
    if (isDone) this.giveBack(hold)
    return expect(step, about(hold), isDone)
  }

  private judge(step: Step & { do: 'refund' | 'dispute' | 'resolve' }): Expected | null {
    const sale = recent(this.sales, step.of)
    if (!sale) return null
    const legal = {
      refund: sale.status === 'settled' || sale.status === 'disputed',
      dispute: sale.status === 'settled',
      resolve: sale.status === 'disputed',
    }[step.do]
    const flag = step.do === 'resolve' ? step.outcome : ''
    if (legal) {
      const to = { refund: 'refunded', dispute: 'disputed', resolve: flag }[step.do] as Sale['status']
      const place: Place = { refunded: 'returned', disputed: 'disputed', upheld: 'payable', settled: 'held' }[
        to
      ] as Place
      const share = sale.amount - sale.fee
      if (sale.place !== 'returned') add(this.places[sale.place], sale.store, -share)
      if (place === 'returned') this.receive(sale.user, sale.amount)
      else add(this.places[place], sale.store, share)
      sale.status = to
      sale.place = place
    }
    return expect(step, { ...about(sale), flag }, legal)
  }

  private reserve(step: Step & { do: 'reserve' }, number: number): Expected {
    const payable = this.places.payable[step.store] ?? 0
    if (payable >= 1) {
      add(this.places.payable, step.store, -payable)
      add(this.places.transit, step.store, payable)
      this.payouts.push({ step: number, store: step.store, amount: payable, state: 'reserved' })
    }
    const expected = expect(step, { store: step.store })
    if (payable < 1) expected.outcome = 'nothing'
    return expected
  }

  private finish(step: Step & { do: 'finish' }): Expected | null {
    const payout = recent(this.payouts, step.of)
    if (!payout) return null
    const isDone = payout.state === 'reserved' || payout.state === step.outcome
    if (payout.state === 'reserved') {
      add(this.places.transit, payout.store, -payout.amount)
      if (step.outcome === 'failed') add(this.places.payable, payout.store, payout.amount)
      payout.state = step.outcome
    }
    return expect(step, { store: payout.store, ref: payout.step, flag: step.outcome }, isDone)
  }
}
