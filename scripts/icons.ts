/** `npm run icons`: draws the icons of the installed app from app/icon.svg, the only source. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { projectRoot } from './stack/settings.ts'

const GROUND = '#f9f5f4'
/** Devices cut a maskable icon to any shape inside its middle four fifths. */
const SHAPES = [
  { file: 'public/icons/icon-192.png', size: 192, share: 1 },
  { file: 'public/icons/icon-512.png', size: 512, share: 1 },
  { file: 'public/icons/maskable-512.png', size: 512, share: 0.6 },
  { file: 'app/apple-icon.png', size: 180, share: 0.8 },
]

const drawing = await readFile(join(projectRoot, 'app', 'icon.svg'))
for (const { file, size, share } of SHAPES) {
  const inner = Math.round(size * share)
  const mark = await sharp(drawing, { density: (72 * inner) / 32 })
    .resize(inner, inner)
    .toBuffer()
  const background = share === 1 ? { r: 0, g: 0, b: 0, alpha: 0 } : GROUND
  await sharp({ create: { width: size, height: size, channels: 4, background } })
    .composite([{ input: mark, gravity: 'centre' }])
    .png({ compressionLevel: 9, palette: true })
    .toFile(join(projectRoot, file))
  process.stdout.write(`${file}\n`)
}
