// Runs before the first paint: applies the theme somebody chose. Nothing is set for "system", which CSS follows itself.
try {
  var choice = localStorage.getItem('souk-theme')
  if (choice === 'light' || choice === 'dark') document.documentElement.dataset.theme = choice
} catch (_) {
  // Storage may be forbidden; the system's theme then stands.
}
