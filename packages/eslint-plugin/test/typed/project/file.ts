// What is linted under this name is the code of the tests.
export {}
