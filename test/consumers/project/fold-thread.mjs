export { default } from 'ser-core/fold-worker'
