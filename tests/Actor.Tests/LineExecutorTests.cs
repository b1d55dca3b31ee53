using Akka.Dispatch;

namespace RealtimeAkka.Actor.Tests;

/// <summary>The thread on which the stations between socket and speaker run.</summary>
public sealed class LineExecutorTests
{
    private readonly LineExecutor _executor = new("line");

    [Fact]
    public void What_a_socket_brings_is_handled_on_its_thread_one_after_the_other()
    {
        List<string> done = [];
        var thread = 0;
        OnThread(".NET Sockets", () =>
        {
            thread = Environment.CurrentManagedThreadId;
            _executor.Execute(new Work(() =>
            {
                _executor.Execute(new Work(() => Done("told by the first")));
                Done("the first");
            }));
            done.Add("back at the socket");
        });
        Assert.Equal([$"the first on {thread}", $"told by the first on {thread}", "back at the socket"], done);

        void Done(string what) => done.Add($"{what} on {Environment.CurrentManagedThreadId}");
    }

    [Fact]
    public async Task Nobody_else_is_kept_from_what_he_does()
    {
        var ran = new TaskCompletionSource<bool>();
        OnThread("a microphone", () => _executor.Execute(new Work(() => ran.SetResult(Thread.CurrentThread.IsThreadPoolThread))));
        Assert.True(await ran.Task);
    }

    [Fact]
    public async Task Whoever_never_ends_does_not_keep_the_socket()
    {
        var (runs, freed) = (0, new TaskCompletionSource<int>());
        OnThread(".NET Sockets", () => _executor.Execute(new Work(Again)));
        Assert.Equal(100, await freed.Task);

        void Again()
        {
            if (Thread.CurrentThread.IsThreadPoolThread) freed.SetResult(runs);
            else _executor.Execute(new Work(Again));
            runs++;
        }
    }

    [Fact]
    public async Task What_waits_behind_a_failure_is_done_all_the_same()
    {
        var done = new TaskCompletionSource();
        OnThread(".NET Sockets", () => Assert.Throws<InvalidOperationException>(() => _executor.Execute(new Work(() =>
        {
            _executor.Execute(new Work(done.SetResult));
            throw new InvalidOperationException();
        }))));
        await done.Task;
    }

    private static void OnThread(string name, Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                failure = e;
            }
        }) { Name = name };
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    private sealed class Work(Action run) : IRunnable
    {
        public void Run() => run();

        public void Execute() => run();
    }
}
