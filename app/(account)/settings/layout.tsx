import { PageHeader } from '#components/shell/page-header'

export default function SettingsLayout({ children }: { children: React.ReactNode }) {
  return (
    <>
      <PageHeader title="Settings" />
      <div className="grid gap-x-8 gap-y-5 md:grid-cols-[12rem_minmax(0,1fr)]">{children}</div>
    </>
  )
}
