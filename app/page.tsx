export default function Page() { return <p>Souk</p> }
