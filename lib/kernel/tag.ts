/** The schema of a tag; `tag-text.ts` owns its form. */
import { z } from 'zod'
import { parseTag } from './tag-text.ts'

export const tagSchema = z
  .string()
  .max(97)
  .refine((text) => parseTag(text) !== null, {
    message: 'Write a tag as key:value in lower case, such as language:en or task:image.',
  })
  .meta({ id: 'Tag', description: 'key:value', examples: ['language:en'] })
