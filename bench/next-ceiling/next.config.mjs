/** Nothing of the project around it: neither its settings nor its packages. */
export default { turbopack: { root: import.meta.dirname } }
