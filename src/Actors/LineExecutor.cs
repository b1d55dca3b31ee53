using Akka.Configuration;
using Akka.Dispatch;

namespace RealtimeAkka.Actors;

/// <summary>Makes <see cref="LineExecutor"/>; named in reference.hocon.</summary>
public sealed class LineExecutorConfigurator(Config config, IDispatcherPrerequisites prerequisites) : ExecutorServiceConfigurator(config, prerequisites)
{
    /// <inheritdoc/>
    public override ExecutorService Produce(string id) => new LineExecutor(id);
}

/// <summary>
/// Runs actors on the thread they are told something on, where that is one of the runtime's socket threads, and on the thread pool
/// everywhere else. An event then goes from the socket to the loudspeaker without waking another thread, which costs more than all
/// that is done with it. One after the other, never one within another: what an actor tells is run when it is done.
/// </summary>
public sealed class LineExecutor(string id) : ExecutorService(id)
{
    // How the runtime names these threads; were it to name them otherwise, everything would run on the thread pool.
    private const string SocketThread = ".NET Sockets";

    // Runs in a row for one event, before the rest is left to others: an event makes some five.
    private const int MostInARow = 100;

    [ThreadStatic] private static Row? t_row;

    /// <inheritdoc/>
    public override void Execute(IRunnable run) => (t_row ??= new Row(Thread.CurrentThread.Name == SocketThread)).Add(run);

    /// <inheritdoc/>
    public override void Shutdown()
    {
        // The threads are the runtime's.
    }

    // What one thread has to run.
    private sealed class Row(bool isSocketThread)
    {
        private readonly Queue<IRunnable> _waiting = new();
        private bool _running;

        public void Add(IRunnable run)
        {
            if (!isSocketThread)
            {
                Pool(run);
                return;
            }
            _waiting.Enqueue(run);
            if (_running) return;
            _running = true;
            try
            {
                for (var done = 0; done < MostInARow && _waiting.TryDequeue(out var next); done++) next.Run();
            }
            finally
            {
                _running = false;
                while (_waiting.TryDequeue(out var left)) Pool(left);
            }
        }

        private static void Pool(IRunnable run) => ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: false);
    }
}
