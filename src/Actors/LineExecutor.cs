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
/// Runs an actor on the thread that sends it a message if that is one of the runtime's socket threads, else on the thread pool. An event
/// then goes from the socket to the loudspeaker without waking another thread, which costs more than all processing of the event.
/// Runs are never nested: an actor that receives a message from a running actor runs after it.
/// </summary>
public sealed class LineExecutor(string id) : ExecutorService(id)
{
    // The runtime's name for these threads; if it changes, everything runs on the thread pool.
    private const string SocketThread = ".NET Sockets";

    // Maximum runs in a row on a socket thread; the rest goes to the thread pool. An event causes about five.
    private const int MostInARow = 100;

    [ThreadStatic] private static Row? t_row;

    /// <inheritdoc/>
    public override void Execute(IRunnable run) => (t_row ??= new Row(Thread.CurrentThread.Name == SocketThread)).Add(run);

    /// <inheritdoc/>
    public override void Shutdown()
    {
        // The threads belong to the runtime.
    }

    // The runs queued on one thread.
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
