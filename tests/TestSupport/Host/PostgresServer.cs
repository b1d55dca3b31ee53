using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace RealtimeAkka.TestSupport;

/// <summary>
/// A PostgreSQL server of its own, from the packages of Debian, on a free port of loopback: stopped and started as a test wants it. It
/// does not run as root.
/// </summary>
internal sealed class PostgresServer : IDisposable
{
    /// <summary>The password of <see cref="Connection"/>, which occurs nowhere else.</summary>
    public const string Password = "xq7-never-logged";

    private static readonly string? Programs = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin"))
            .Where(bin => File.Exists(Path.Combine(bin, "initdb"))).OrderDescending().FirstOrDefault()
        : null;

    private readonly string _folder = Directory.CreateTempSubdirectory("realtime-akka-postgres-").FullName;
    private readonly int _port = FreePort();
    private readonly string[] _options;
    private Process? _server;

    private PostgresServer(string[] options) => _options = options;

    /// <summary>Why there is none; null: PostgreSQL is installed.</summary>
    public static string? Missing { get; } = !OperatingSystem.IsLinux() ? "PostgreSQL is started on Linux only"
        : Programs is null ? "PostgreSQL is not installed (apt-get install postgresql)" : null;

    /// <summary>The connection string of a database, which <see cref="CreateDatabase"/> makes.</summary>
    public string Connection(string database = "postgres") =>
        $"Host=127.0.0.1;Port={_port};Username=postgres;Password={Password};Database={database};Timeout=5";

    /// <summary>Its process, for its CPU time.</summary>
    public int Id => _server!.Id;

    /// <summary>Makes a server and starts it; <paramref name="options"/>: <c>name=value</c>.</summary>
    public static PostgresServer Start(params string[] options)
    {
        var server = new PostgresServer(options);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Dispose();
        var password = Path.Combine(server._folder, "password");
        File.WriteAllText(password, Password);
        if (Environment.UserName == "root") Run("chown", "-R", "postgres", server._folder);
        using var made = server.Launch("initdb", "-D", server.Data, "-U", "postgres", "-A", "scram-sha-256", $"--pwfile={password}", "-E",
            "UTF8", "--locale=C", "--no-sync");
        made.WaitForExit();
        if (made.ExitCode != 0) throw new InvalidOperationException("initdb failed");
        server.Resume();
        return server;
    }

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Makes an empty database of a name that no other has.</summary>
    public string CreateDatabase()
    {
        var name = $"t{Guid.NewGuid():N}";
        Run(Path.Combine(Programs!, "createdb"), "-h", "127.0.0.1", "-p", $"{_port}", "-U", "postgres", name);
        return Connection(name);
    }

    /// <summary>Stops it at once: whoever is connected is cut off.</summary>
    public void Stop()
    {
        Run("kill", "-INT", $"{_server!.Id}");
        _server.WaitForExit();
        _server.Dispose();
        _server = null;
    }

    /// <summary>Starts it again, and returns when it takes connections.</summary>
    public void Resume()
    {
        _server = Launch(
            "postgres", [
                "-D", Data, "-p", $"{_port}", "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={_folder}", "-c",
                "max_connections=50", "-c", "log_min_messages=fatal", .. _options.SelectMany(option => (string[])["-c", option]),
            ]);
        var limit = Stopwatch.StartNew();
        while (!IsReady())
        {
            if (_server.HasExited || limit.Elapsed > HostProcess.Limit) throw new InvalidOperationException("PostgreSQL did not start.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_server is { HasExited: false }) Stop();
        try
        {
            if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The system's temporary-file cleaning removes it.
        }
    }

    private bool IsReady()
    {
        using var ready = Process.Start(new ProcessStartInfo(
            Path.Combine(Programs!, "pg_isready"), ["-q", "-h", "127.0.0.1", "-p", $"{_port}", "-t", "5"]))!;
        ready.WaitForExit();
        return ready.ExitCode == 0;
    }

    // As another user where this one is root, which PostgreSQL refuses; the process is the server's own.
    private Process Launch(string program, params string[] args)
    {
        var path = Path.Combine(Programs!, program);
        var start = Environment.UserName == "root"
            ? new ProcessStartInfo("setpriv", ["--reuid", "postgres", "--regid", "postgres", "--init-groups", path, .. args])
            : new ProcessStartInfo(path, args);
        start.WorkingDirectory = _folder;
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static void Run(string program, params string[] args)
    {
        var start = new ProcessStartInfo(program, args);
        start.Environment["PGPASSWORD"] = Password;
        using var process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} failed with {process.ExitCode}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
