/** The people whom the embedded stack seeds. They exist nowhere else, so hosted sites never show this. */
const PEOPLE = [
  { email: 'shopper@souk.test', role: 'buys' },
  { email: 'seller@souk.test', role: 'sells' },
  { email: 'operator@souk.test', role: 'operates' },
]

export function DemoAccounts() {
  return (
    <details className="rounded-md bg-sunken px-3.5 py-2.5 text-sm">
      <summary className="font-medium">Just trying Souk? Use a demo account</summary>
      <ul className="mt-2 grid gap-1">
        {PEOPLE.map(({ email, role }) => (
          <li key={email} className="flex flex-wrap justify-between gap-x-3">
            <code className="font-mono text-xs leading-5.5">{email}</code>
            <span className="text-muted">{role}</span>
          </li>
        ))}
      </ul>
      <p className="mt-2">
        Password <code className="font-mono text-xs">souk-demo-password</code>
      </p>
    </details>
  )
}
