export const steps = {
  'form.empty': 'No step chosen',
  'form.emptyHint': 'Choose a step to see and change what it does.',
  'palette.title': 'Actions',
  'steps.title': 'Steps',
  'form.title': 'Settings of the step',
};
