// Nothing: the file through which the headers that all rooms share are compiled (host/CMakeLists.txt).
