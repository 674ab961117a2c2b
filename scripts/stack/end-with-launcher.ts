/** Preloaded into the web server: ends it when the launcher is gone, on systems that do not do so themselves. */
if (process.channel) {
  process.once('disconnect', () => process.exit(0))
  process.channel.unref()
}
