import email, json, os, poplib, re, ssl, sys, tempfile, time

settings = json.load(sys.stdin)
task = sys.argv[1]
poplib._MAXLINE = 1 << 20
pop = poplib.POP3_SSL('127.0.0.1', settings['port'], context=ssl.create_default_context(cafile=settings['ca']))
pop.user(settings['user'])
pop.pass_(settings['password'])
began, cpu, first = time.monotonic(), time.process_time(), None
for number in range(1, pop.stat()[0] + 1):
    lines = pop.retr(number)[1]
    first = first or time.monotonic() - began
    if task == 'read':
        continue
    message = email.message_from_bytes(b'\r\n'.join(lines))
    if task == 'parse':
        for part in message.walk():
            part.get_payload(decode=True)
    else:
        with tempfile.TemporaryDirectory() as folder, open(os.path.join(folder, 'big.bin'), 'wb') as file:
            file.write(message.get_payload()[1].get_payload(decode=True))
print(json.dumps({'first': first if first is not None else None, 'total': time.monotonic() - began, 'cpu': time.process_time() - cpu, 'rss': int(re.search(r'VmHWM:\s+(\d+)', open('/proc/self/status').read())[1])}))
pop.quit()
