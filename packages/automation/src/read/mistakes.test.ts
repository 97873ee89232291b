import { mistakes } from '../mistakes.test.fixture.ts';

/** A step below a connect, and what is wrong with it: column, step, problem, mend. */
test.each([
  ['{ id: a }', ['5 step 2 "a": it is not said what this step does. Add one of: action, loop, if, try, set, call, stop.']],
  [
    '{ action: email.move }',
    [
      '5 step 2: this step has no id. Add id: with a short name that stays the same.',
      '7 step 2: the field "messages" is missing. Add "messages" (Messages): a set of fields or a list.',
      '7 step 2: the field "to" is missing. Add "to" (Target folder): a text.',
    ],
  ],
  ['{ id: 1a, stop: run }', ['11 step 2: "1a" is not a usable name. Use letters, digits and _, beginning with a letter: "a".']],
  ['{ id: a-b, stop: run }', ['11 step 2: "a-b" is not a usable name. Use letters, digits and _, beginning with a letter: "a_b".']],
  ['{ id: list, stop: run }', ['11 step 2: "list" is a word of the expression language. Choose another name, such as "list1".']],
  ['{ id: connect, stop: run }', ['11 step 2: the id "connect" is used twice. Give one of the two steps another id.']],
  ['{ id: a, acton: email.move }', ['14 step 2 "a": unknown key "acton". Did you mean "action"?']],
  [
    '{ id: a, action: email.move, loop: email.loop }',
    ['34 step 2 "a": a step does one thing, but here are action and loop. Make a step of each.'],
  ],
  [
    '{ id: a, action: email.move }',
    [
      '14 step 2 "a": the field "messages" is missing. Add "messages" (Messages): a set of fields or a list.',
      '14 step 2 "a": the field "to" is missing. Add "to" (Target folder): a text.',
    ],
  ],
  [
    '{ id: a, action: email.count, do: [] }',
    ['35 step 2 "a": "do" does not belong to a step with "action". Leave it out; it belongs to: loop, if.'],
  ],
  ['{ id: a, action: email.count, colour: red }', ['35 step 2 "a": unknown key "colour". Known keys: id, action, with, as, off, timeout.']],
  ['{ id: a, action: email.count, onDoubt: stop }', ['35 step 2 "a": "onDoubt" is not available in this version. Leave it out.']],
  ['{ id: a, action: email.count, timeout: 0 }', ['44 step 2 "a", timeout: the number 0 is too small. Use more than 0.']],
  [
    '{ id: a, action: email.count, timeout: soon }',
    ['44 step 2 "a", timeout: a number is expected, not the text "soon". Correct the value.'],
  ],
  ['{ id: a, action: email.count, off: "yes" }', ['40 step 2 "a", off: true or false is expected, not the text "yes". Correct the value.']],
  [
    '{ id: a, action: email.count, as: in }',
    ['39 step 2 "a", as: "in" is a word of the expression language. Choose another name, such as "in1".'],
  ],
  ['{ id: a, action: email.count, as: word }', ['39 step 2 "a", as: "word" is the name of a variable already. Choose another name.']],
  [
    '{ id: a, if: "{{ word }}", do: [] }',
    ['19 step 2 "a", if: true or false is expected, but this expression gives string. Change the expression.'],
  ],
  [
    '{ id: a, if: word == 1, do: [] }',
    ['18 step 2 "a", if: a condition is expected. Write it in quotes and braces: \'{{ size(mail.attachments) > 0 }}\'.'],
  ],
  [
    '{ id: a, if: true, do: [] }',
    ['18 step 2 "a", if: a condition is expected. Write it in quotes and braces: \'{{ size(mail.attachments) > 0 }}\'.'],
  ],
  ['{ id: a, if: {{ true }}, do: [] }', ["18 an expression must stand in quotes. Write '{{ true }}'."]],
  ['{ id: a, if: "{{ true }}" }', ['5 step 2 "a": an if needs "do". Add do: with the steps to run when it holds.']],
  [
    '{ id: a, if: "{{ n > 1 }}", do: [], else: x }',
    ['47 step 2 "a", else: a list of steps is expected. Write each step on a line that begins with "- ".'],
  ],
  ['{ id: a, try: [] }', ['5 step 2 "a": a try needs "catch" or "finally". Add one, or write its steps without try.']],
  ['{ id: a, try: [ 1 ], catch: [] }', ['21 step 2.1: a step is described by fields. Write - id: ... and what it does.']],
  [
    '{ id: a, try: { id: b }, catch: [] }',
    ['19 step 2 "a", try: a list of steps is expected. Write each step on a line that begins with "- ".'],
  ],
  ['{ id: a, set: x }', ['19 step 2 "a", set: variables and their values are expected. Write set: { handled: \'{{ handled + 1 }}\' }.']],
  ['{ id: a, set: { wrd: 1 } }', ['21 step 2 "a", set, wrd: there is no variable "wrd". Did you mean "word"?']],
  ['{ id: a, set: { word: 1 } }', ['27 step 2 "a", set, word: a text is expected, not the number 1. Put it in quotes: \'1\'.']],
  [
    '{ id: a, set: { n: "{{ word }}" } }',
    ['25 step 2 "a", set, n: a number is expected, but this expression gives string. Change the expression.'],
  ],
  [
    '{ id: a, set: { d: tomorrow, l: 3, o: [], b: 1 } }',
    [
      '24 step 2 "a", set, d: the text "tomorrow" does not have the right form. Write a day as 2026-01-31, or an instant as 2026-01-31T12:00:00Z, with Z or an offset.',
      '37 step 2 "a", set, l: a list is expected, not the number 3. Correct the value.',
      '43 step 2 "a", set, o: a set of fields is expected, not a list. Remove the dashes or brackets.',
      '50 step 2 "a", set, b: true or false is expected, not the number 1. Correct the value.',
    ],
  ],
  ['{ id: a, set: { pw: x } }', ['21 step 2 "a", set, pw: a secret cannot be set. Store it in a vault and refer to it.']],
  ['{ id: a, call: x.yaml }', ['20 step 2 "a", call: "x.yaml" is no automation. Its name must end in .steps.yaml.']],
  [
    '{ id: a, call: ../x.steps.yaml }',
    [
      '20 step 2 "a", call: "../x.steps.yaml" leads out of the folder of this file. Write a path such as parts/login.steps.yaml, relative to this file.',
    ],
  ],
  [
    '{ id: a, call: /x.steps.yaml }',
    [
      '20 step 2 "a", call: "/x.steps.yaml" is not a path relative to this file. Write a path such as parts/login.steps.yaml, relative to this file.',
    ],
  ],
  [
    '{ id: a, call: "C:\\\\x.steps.yaml" }',
    [
      '20 step 2 "a", call: "C:\\x.steps.yaml" is not a path relative to this file. Write a path such as parts/login.steps.yaml, relative to this file.',
    ],
  ],
  [
    '{ id: a, call: "{{ word }}.steps.yaml" }',
    [
      '20 step 2 "a", call: the path of an automation cannot be an expression. Write a path such as parts/login.steps.yaml, relative to this file.',
    ],
  ],
  ['{ id: a, call: p/x.steps.yaml, with: 3 }', ['42 step 2 "a", with: fields are expected. Write name: value for each input variable.']],
  ['{ id: a, stop: loop }', ['20 step 2 "a", stop: there is no loop around this step. Use stop: run, or move it into a loop.']],
  ['{ id: a, stop: now }', ['20 step 2 "a", stop: the text "now" is none of loop, run. Choose one of these.']],
  [
    '{ id: a, try: [], finally: [ { id: b, stop: run } ] }',
    [
      '40 step 2f.1: "b" is the name of a variable already. Give the step another id.',
      '49 step 2f.1 "b", stop: finally always runs to its end. Move the stop out of it.',
    ],
  ],
  ['{ id: a, loop: email.loop }', ['5 step 2 "a": a loop needs "do". Add do: with the steps for each item.']],
  ['{ id: a, loop: email.move, do: [] }', ['20 step 2 "a", loop: "email.move" is no loop. Write action: email.move.']],
  [
    '{ id: a, loop: "{{ n }}", do: [] }',
    ['21 step 2 "a", loop: a list is expected, but this expression gives number. Change the expression.'],
  ],
  [
    '{ id: a, loop: "{{ l }}", with: {}, do: [ { id: b, stop: loop } ] }',
    [
      '31 step 2 "a", with: a loop over a list takes no input. Leave "with" out.',
      '53 step 2.1: "b" is the name of a variable already. Give the step another id.',
    ],
  ],
  ['{ id: a, loop: email.loop, as: word, do: [] }', ['36 step 2 "a", as: "word" is the name of a variable already. Choose another name.']],
  [
    '{ id: a, loop: "{{ l }}", do: [], onItemError: quarantine }',
    ['52 step 2 "a", onItemError: only a loop over messages can put them aside. Use skip, or try and catch with a move.'],
  ],
  [
    '{ id: a, loop: email.loop, do: [], onItemError: skipp, maxFailures: 0 }',
    [
      '53 step 2 "a", onItemError: the text "skipp" is none of stop, skip, quarantine. Did you mean "skip"?',
      '73 step 2 "a", maxFailures: the number 0 is too small. Use at least 1.',
    ],
  ],
  [
    '{ id: a, loop: email.loop, do: [], organize: bath }',
    ['50 step 2 "a", organize: the text "bath" is none of strict, batch. Did you mean "batch"?'],
  ],
  [
    '{ id: a, loop: email.loop, do: [], quarantineTo: Bad }',
    ['54 step 2 "a", quarantineTo: nothing is put aside. Add onItemError: quarantine.'],
  ],
  [
    '{ id: a, loop: email.loop, with: { folder: Bad }, do: [], onItemError: quarantine, quarantineTo: bad }',
    [
      '102 step 2 "a", quarantineTo: this loop reads the folder that messages are to be put aside into. Name another folder in quarantineTo.',
    ],
  ],
  [
    '{ id: a, loop: email.loop, with: { folder: Quarantine }, do: [], onItemError: quarantine }',
    ['83 step 2 "a", onItemError: this loop reads the folder that messages are to be put aside into. Name another folder in quarantineTo.'],
  ],
])('%s', (step, expected) => {
  expect(mistakes(step)).toEqual(expected);
});
