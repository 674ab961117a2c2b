// Runs before the first paint: applies the theme somebody chose (nothing is set for "system", which CSS follows itself) and
// keeps the place of the account menu for somebody who was signed in when a page was last looked at.
try {
  var choice = localStorage.getItem('souk-theme')
  if (choice === 'light' || choice === 'dark') document.documentElement.dataset.theme = choice
  if (localStorage.getItem('souk-signed-in') === '1') document.documentElement.dataset.signedIn = ''
} catch (_) {
  // Storage may be forbidden; the system's theme then stands.
}

// A browser offers to install the site whenever it likes, also before the button that takes it up is there.
addEventListener('beforeinstallprompt', function (event) {
  event.preventDefault()
  window.soukInstall = event
  dispatchEvent(new Event('souk-installable'))
})
