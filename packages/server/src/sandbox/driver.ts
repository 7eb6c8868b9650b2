/**
 * The Python program that executes the code of a session: one JSON object per line, requests on stdin, replies on stdout.
 * It runs in the same process as the code, so its replies are not trusted. `setup` assigns `commands` and `replies`.
 */
export function createDriver(setup: string): string {
  return `${START}${setup}${LOOP}`;
}

const START = `
import ast, base64, io, json, os, stat, sys, traceback, linecache
limits = json.loads(sys.argv[1])
ROOT = '/mnt/data'
`;

/** Sets `commands` and `replies`, and the limits of a process of the machine. */
const NATIVE_SETUP = `
import resource
# The server may have inherited descriptors of files of the machine.
os.closerange(3, 65536)
commands = os.fdopen(os.dup(0), 'rb')
replies = os.fdopen(os.dup(1), 'wb')
null = os.open('/dev/null', os.O_RDWR)
for fd in (0, 1, 2): os.dup2(null, fd)
ceilings = [('AS', limits['memoryBytes']), ('CPU', limits['cpuSeconds']), ('CORE', 0),
    ('NOFILE', 256), ('MEMLOCK', 0), ('FSIZE', limits['diskBytes'])]
# Older kernels count the threads of a user in all sessions.
if tuple(map(int, os.uname().release.split('.')[:2])) >= (5, 14): ceilings.append(('NPROC', 64))
for kind, value in ceilings: resource.setrlimit(getattr(resource, 'RLIMIT_' + kind), (value, value))
`;

const LOOP = String.raw`
# After the standard library, so that a file cannot replace a module of it.
sys.path.append(ROOT)
left = 0
def send(kind, **rest):
    replies.write(json.dumps({'type': kind, **rest}).encode() + b'\n')
    replies.flush()
class Logs(io.TextIOBase):
    encoding = 'utf-8'
    def writable(self): return True
    def write(self, text):
        global left
        if left > 0:
            part = text.encode('utf-8', 'replace')[:left]
            left -= len(part)
            for start in range(0, len(part), 65536):
                send('logs', data=base64.b64encode(part[start:start + 65536]).decode())
            if left <= 0: send('logs', data=base64.b64encode(b'\n[output truncated]\n').decode())
        return len(text)
sys.stdout = sys.stderr = Logs()
sys.stdin = io.StringIO()
main = type(sys)('__main__')
sys.modules['__main__'] = main
calls = 0
def show_figures(*args, **kwargs):
    plots = sys.modules.get('matplotlib.pyplot')
    if plots is None: return
    for number in plots.get_fignums():
        picture = io.BytesIO()
        plots.figure(number).savefig(picture, format='png')
        send('image', data=base64.b64encode(picture.getvalue()).decode())
    plots.close('all')
class ShowHook:
    def find_spec(self, name, path=None, target=None):
        if name != 'matplotlib.pyplot': return None
        import importlib.machinery
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is None: return None
        load = spec.loader.exec_module
        def exec_module(module):
            load(module)
            module.show = show_figures
        spec.loader.exec_module = exec_module
        return spec
sys.meta_path.insert(0, ShowHook())
def files():
    # Without recursion, because folders can be deeper than its limit.
    found, folders = {}, [ROOT]
    while folders:
        try: entries = list(os.scandir(folders.pop()))
        except OSError: continue
        for entry in entries:
            try: info = entry.stat(follow_symlinks=False)
            except OSError: continue
            if stat.S_ISDIR(info.st_mode): folders.append(entry.path)
            if stat.S_ISREG(info.st_mode): found[os.path.relpath(entry.path, ROOT)] = (info.st_size, info.st_mtime_ns, info.st_ino)
            if len(found) >= 1000: return found
    return found
def listing(found): return [{'path': path, 'bytes': found[path][0]} for path in sorted(found)]
def execute(code):
    global calls, left
    calls += 1
    left = limits['outputBytes']
    name = '<cell %d>' % calls
    before = files()
    status = 'completed'
    linecache.cache[name] = (len(code), None, code.splitlines(True), name)
    try:
        tree = ast.parse(code, name)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, name, 'exec'), main.__dict__)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), name, 'eval'), main.__dict__)
            if value is not None:
                main._ = value
                print(repr(value))
        if 'matplotlib.pyplot' in sys.modules: show_figures()
    except BaseException as error:
        status = 'failed'
        steps = error.__traceback__
        while steps is not None and steps.tb_frame.f_code.co_filename == '<string>': steps = steps.tb_next
        if isinstance(error, SyntaxError) and error.filename == name: steps = None
        sys.stderr.write(''.join(traceback.format_exception(type(error), error, steps, limit=-8)))
        error = steps = None
    after = files()
    changed = {path: info for path, info in after.items() if before.get(path) != info}
    send('end', status=status, files=listing(changed))
def at(path):
    full = os.path.normpath(os.path.join(ROOT, path))
    if not full.startswith(ROOT + '/') or os.path.realpath(os.path.dirname(full)) != os.path.dirname(full):
        raise OSError('The path is outside /mnt/data.')
    return full
def regular(path, flags):
    fd = os.open(at(path), flags | os.O_NOFOLLOW | os.O_NONBLOCK, 0o644)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise OSError('The path is no regular file.')
    return os.fdopen(fd, 'rb' if flags == os.O_RDONLY else 'wb')
def put(path, start, data):
    full = at(path)
    if start == 0:
        os.makedirs(os.path.dirname(full), exist_ok=True)
        if os.path.lexists(full): os.unlink(full)
    with regular(path, os.O_WRONLY | (os.O_CREAT | os.O_EXCL if start == 0 else os.O_APPEND)) as file: file.write(base64.b64decode(data))
    send('done')
def read(path, start, length):
    with regular(path, os.O_RDONLY) as file:
        file.seek(start)
        send('done', data=base64.b64encode(file.read(length)).decode())
def delete(path):
    full = at(path)
    exists = os.path.lexists(full)
    if exists: os.unlink(full)
    send('done', existed=exists)
send('ready')
for line in commands:
    request = json.loads(line)
    kind = request.pop('type')
    try:
        if kind == 'run': execute(request['code'])
        elif kind == 'list': send('done', files=listing(files()))
        elif kind == 'put': put(**request)
        elif kind == 'read': read(**request)
        elif kind == 'delete': delete(**request)
    except Exception as error: send('refused', message=str(error))
`;

/** For an interpreter that is a process of the machine. */
export const DRIVER = createDriver(NATIVE_SETUP);
