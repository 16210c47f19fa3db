import { check } from './train.mjs'

check().then((result) => console.log(JSON.stringify(result)))
