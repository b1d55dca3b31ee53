using RealtimeAkka.StationFaults.Tests.Injection;

// Run by the build: inserts the fault points into the copy of the assembly next to this program.
FaultPointWriter.Rewrite(Path.GetFullPath(args[0]));
