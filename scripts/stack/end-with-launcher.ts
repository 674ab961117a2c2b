/** Preloaded into the web server: ends it when the launcher is gone, on systems that do not do so themselves. */
const isStartedByLauncher = String(process.ppid) === process.env.SOUK_LAUNCHER_PID

// The development server preloads this into its own worker too, whose channel is not ours to touch.
if (isStartedByLauncher && process.channel) {
  process.once('disconnect', () => process.exit(0))
  process.channel.unref()
}
