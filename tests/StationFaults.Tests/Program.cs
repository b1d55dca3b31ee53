using RealtimeAkka.StationFaults.Tests.Injection;

// Run by the build: puts the fault points into the copy of the assembly beside this program.
FaultPointWriter.Rewrite(Path.GetFullPath(args[0]));
