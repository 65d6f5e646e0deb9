// The screens of one-time codes, in one chunk.

export { CodeForm } from './code-form.tsx';
export { GiveCode } from './give-code.tsx';
